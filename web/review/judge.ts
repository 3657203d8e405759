import type { WorkItem } from '../../src/review/drafts/schema.ts';
import type { ReviewInput, Verdict } from '../../src/review/schema.ts';
import { contentOf, isFrozen, lacking, type ScoreSet, type Work, type WorkEdit } from './work.ts';

/** What the rules of a review need to know of its item. */
export type Rules = Pick<WorkItem, 'rubric' | 'trace' | 'minimumScore' | 'guidelineVersion'>;

/** One row of the grid of scores. */
export type Row = { set: ScoreSet; criterion: string };

/** The rows that can be scored: those of the original, and, once it is edited, those of the edited text. */
export function rowsOf(rules: Rules, work: Work): Row[] {
  const rows = (set: ScoreSet): Row[] => rules.rubric.criteria.map(({ id }) => ({ set, criterion: id }));
  return work.edits.length === 0 ? rows('original') : [...rows('original'), ...rows('edited')];
}

export function scoreOf(work: Work, { set, criterion }: Row): number | undefined {
  return (set === 'original' ? work.scores : work.editedScores)[criterion];
}

/** The row after this one that can still be given a score; the row itself where all that follow are frozen. */
export function rowAfter(rules: Rules, work: Work, row: Row): Row {
  const rows = rowsOf(rules, work);
  const here = rows.findIndex((one) => one.set === row.set && one.criterion === row.criterion);
  return rows.slice(here + 1).find((one) => one.set === 'edited' || !isFrozen(work, one.criterion)) ?? row;
}

/**
 * The verdict that the scores lead to, if they leave no choice: nothing wrong and every score high enough, or an edited
 * text whose every score is. It is shown as a proposal; all else the reviewer must say.
 */
export function proposedVerdict(rules: Rules, work: Work): Verdict | undefined {
  const enough = (scores: Record<string, number>): boolean =>
    rules.rubric.criteria.every(({ id }) => (scores[id] ?? 0) >= rules.minimumScore);
  const scored = rules.rubric.criteria.every(({ id }) => work.scores[id] !== undefined);
  if (!scored || work.insufficientContext) return undefined;
  if (work.edits.length > 0) return enough(work.editedScores) ? 'accept-with-edits' : undefined;
  const wrong = work.violations.length > 0 || work.steps.some((one) => 'severity' in one);
  return !wrong && enough(work.scores) ? 'accept' : undefined;
}

/** Why a review cannot be handed in yet. */
export type Problem =
  | { code: 'score-missing' | 'edited-score-missing' | 'score-low' | 'edited-score-low'; criterion: string }
  | { code: 'edit-unfinished'; edit: WorkEdit; lacks: 'text' | 'reason' | 'note' }
  | { code: 'verdict-missing' | 'edits-need-their-verdict' | 'verdict-needs-edits' };

/** Everything that keeps the review from being handed in, in the order in which it is best mended. */
export function problems(rules: Rules, work: Work): Problem[] {
  const found: Problem[] = [];
  for (const { id } of rules.rubric.criteria)
    if (work.scores[id] === undefined) found.push({ code: 'score-missing', criterion: id });
  for (const edit of work.edits) {
    const lacks = lacking(edit, rules.trace);
    if (lacks !== undefined) found.push({ code: 'edit-unfinished', edit, lacks });
  }
  const verdict = work.verdict ?? proposedVerdict(rules, work);
  if (work.edits.length > 0) found.push(...problemsOfEdited(rules, work));
  if (verdict === undefined) {
    if (found.length === 0) found.push({ code: 'verdict-missing' });
  } else if (work.edits.length > 0 && verdict !== 'accept-with-edits') found.push({ code: 'edits-need-their-verdict' });
  else if (work.edits.length === 0 && verdict === 'accept-with-edits') found.push({ code: 'verdict-needs-edits' });
  else if (verdict === 'accept') {
    const low = rules.rubric.criteria.find(({ id }) => (work.scores[id] ?? rules.minimumScore) < rules.minimumScore);
    if (low !== undefined) found.push({ code: 'score-low', criterion: low.id });
  }
  return found;
}

function problemsOfEdited({ rubric, minimumScore }: Rules, work: Work): Problem[] {
  return rubric.criteria.flatMap(({ id }): Problem[] => {
    const score = work.editedScores[id];
    if (score === undefined) return [{ code: 'edited-score-missing', criterion: id }];
    return score < minimumScore ? [{ code: 'edited-score-low', criterion: id }] : [];
  });
}

/** The review to hand in. Call it only where `problems` finds none; throws where there is no verdict. */
export function reviewOf(rules: Rules, work: Work, seconds: number): ReviewInput {
  const { editedScores, comment, verdict, insufficientContext, ...content } = contentOf(work, rules.trace, seconds);
  const given = verdict ?? proposedVerdict(rules, work);
  if (given === undefined) throw new Error('A review without a verdict cannot be handed in.');
  return {
    ...content,
    verdict: given,
    ...(content.edits.length === 0 ? {} : { editedScores }),
    ...(comment.trim() === '' ? {} : { comment: comment.trim() }),
    ...(insufficientContext ? { insufficientContext } : {}),
    ...(rules.guidelineVersion === undefined ? {} : { guidelineVersion: rules.guidelineVersion }),
  };
}
