import { canonicalJson, type JsonValue } from '../../src/core/canonical-json.ts';
import { sha256Hex } from '../../src/core/hash.ts';
import { applyEdits, renderTrace } from '../../src/core/trace.ts';
import { type Rules, rubricOf } from '../../src/verify/replay/rules.ts';
import type { DoseQuestion } from './dose-question.ts';
import type { Recorded, Recorder } from './recorder.ts';

/** How an example ends. `panel`: a rejected round, a panel that edits and accepts. */
export type Ending = 'accepted' | 'edited' | 'panel' | 'rejected' | 'withdrawn';

export const reviewers = ['synthetic-reviewer-a', 'synthetic-reviewer-b'] as const;
export const panel = ['synthetic-chair', 'synthetic-member-1', 'synthetic-member-2'] as const;

type Data = { readonly [key: string]: JsonValue };

/** Records the whole history of one example and returns its events. Everybody in it is invented. */
export async function recordChain(
  recorder: Recorder,
  { question, steps, answer }: DoseQuestion,
  ending: Ending,
  rules: Rules,
): Promise<Recorded[]> {
  const subject = recorder.newSubject();
  const events: Recorded[] = [];
  const say = async (type: string, data: Data, actor?: string): Promise<void> => {
    events.push(await recorder.record(type, data, { subject, ...(actor === undefined ? {} : { actor }) }));
  };
  const { id, kind, language } = question;
  await say('case.imported', { question: id, sha256: sha256Hex(canonicalJson(question)), kind, language });
  // The last sentence of an edited trace was wrong before: the edit is what makes it right.
  const planted = ending === 'edited' || ending === 'panel' || ending === 'rejected';
  const wrong = [...steps.slice(0, -1), planted ? `${steps.at(-1)} (?)` : (steps.at(-1) ?? '')];
  const text = renderTrace({ steps: wrong, answer });
  const trace = `${id}/trace-1`;
  await say('generation.recorded', { trace, round: 1, text, sha256: sha256Hex(text), model: 'synthetic-teacher' });
  const rubric = rubricOf(rules, kind);
  const scores = (score: number): Data => Object.fromEntries(rubric.criteria.map((one) => [one.id, score]));
  const edits = [{ op: 'replace', step: steps.length, text: steps.at(-1) ?? '', reason: 'incorrect-fact' } as const];
  const resultSha256 = sha256Hex(renderTrace(applyEdits({ steps: wrong, answer }, edits)));
  const review = (reviewer: string, more: Data): Promise<void> => {
    const common = { id: `${id}/${reviewer}`, traceId: trace, round: 1, reviewer, rubricVersion: rubric.version };
    const marks = steps.map((_, i) => ({ step: i + 1, mark: 'correct' }));
    return say('review.signed', { ...common, steps: marks, violations: [], edits: [], ...more }, reviewer);
  };
  const approved = { round: 1, trace, resultSha256: sha256Hex(text) };
  const [first, second] = reviewers;
  switch (ending) {
    case 'accepted':
    case 'withdrawn':
      await review(first, { scores: scores(4), verdict: 'accept' });
      await review(second, { scores: scores(5), verdict: 'accept', comment: 'Clear and right.' });
      await say('example.approved', { ...approved, by: 'reviewers' });
      if (ending === 'withdrawn') await say('example.withdrawn', { reason: 'imported-in-error' });
      break;
    case 'edited':
      await review(first, {
        scores: scores(3),
        edits,
        resultSha256,
        editedScores: scores(5),
        verdict: 'accept-with-edits',
      });
      await review(second, { scores: scores(4), verdict: 'accept' });
      await say(
        'edit.signed',
        { reviewId: `${id}/${first}`, reviewer: second, resultSha256, scores: scores(5) },
        second,
      );
      await say('example.approved', { ...approved, by: 'reviewers', review: `${id}/${first}`, resultSha256 });
      break;
    case 'rejected':
      for (const reviewer of reviewers) await review(reviewer, { scores: scores(2), verdict: 'reject' });
      await say('strike.recorded', { round: 1, consecutiveStrikes: 1, reasons: [] });
      await say('example.rejected', { round: 1, by: 'reviewers', trace });
      break;
    case 'panel': {
      await review(first, {
        scores: scores(3),
        edits,
        resultSha256,
        editedScores: scores(5),
        verdict: 'accept-with-edits',
      });
      await review(second, { scores: scores(2), verdict: 'escalate' });
      const opened = `${id}/panel`;
      await say('panel.opened', { case: opened, trigger: 'escalated', trace });
      for (const member of panel)
        await say('vote.signed', { case: opened, ballot: 1, member, vote: 'accept-edited' }, member);
      const [chair] = panel;
      const decided = { case: opened, trace, decision: 'accept-edited', edits, resultSha256, scores: scores(4) };
      await say('adjudication.signed', { ...decided, chair, rationale: 'The last step held a stray mark.' }, chair);
      await say('example.approved', { ...approved, by: 'panel', case: opened, resultSha256 });
    }
  }
  return events;
}
