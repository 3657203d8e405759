import { parseTrace } from '../../core/trace.ts';
import type { Head } from '../../ledger/checkpoints/checkpoint.ts';
import type { SealedRecord } from '../files/records.ts';
import type { ChainEvent, SignedEdit } from '../replay/history.ts';
import type { Accepted } from '../replay/replay.ts';
import { type Rules, rubricOf } from '../replay/rules.ts';
import type { RecordResult } from './record-check.ts';

/** One row's way into the release, in sentences, with the leaves that prove them. */
export type RecordStory = {
  readonly id: string;
  readonly subject: string;
  /** erased: its place in log and release is proven, its contents are gone. */
  readonly state: 'verified' | 'erased' | 'failed';
  readonly sentences: readonly string[];
  readonly history: readonly {
    readonly leaf: number;
    readonly time: string;
    readonly type: string;
    /** Absent where the contents are not shown: the envelope names it. */
    readonly actor?: string;
    readonly text: string;
  }[];
  readonly faults: readonly string[];
};

/** Tells the story of a record as its check found it. */
export function explain(
  record: SealedRecord,
  result: RecordResult,
  rules: Rules,
  head: Head & { origin: string },
): RecordStory {
  const faults = result.faults.map((fault) => `${fault.check}: ${fault.problem} (${fault.place})`);
  const { accepted, erased } = result;
  return {
    id: record.id,
    subject: record.subject,
    state:
      faults.length > 0 ? 'failed' : erased !== undefined ? 'erased' : accepted === undefined ? 'failed' : 'verified',
    sentences:
      erased !== undefined
        ? erasedSentences(record, erased, head)
        : accepted === undefined
          ? []
          : sentences(record, accepted, rules, head),
    history: result.openings.map(({ index, leaf }) => {
      const event = result.events.find((one) => one.index === index);
      const at = { leaf: index, time: leaf.time, type: leaf.type };
      if (event !== undefined) return { ...at, actor: event.actor, text: eventText(event, accepted, rules) };
      return { ...at, text: `${leaf.type}, its contents ${erased === undefined ? 'are not shown' : 'are erased'}.` };
    }),
    faults,
  };
}

function erasedSentences(record: SealedRecord, erased: ChainEvent, head: Head & { origin: string }): string[] {
  const { reason, role } = erased.data;
  return [
    `The contents of ${record.id} were erased on ${erased.time} (reason: ${String(reason)}; recorded in the role ${String(role)}), which is leaf ${erased.index} of the log ${head.origin}.`,
    `That it was approved by leaf ${record.leaf} and stood in the release when it was sealed is proven; what it said can no longer be read by anyone, and was not checked.`,
  ];
}

function sentences(record: SealedRecord, accepted: Accepted, rules: Rules, head: Head & { origin: string }): string[] {
  const { approved, trace, edits, scores, strikes, history } = accepted;
  const { gate } = rules;
  const names = new Map(rubricOf(rules, history.imported.kind).criteria.map((one) => [one.id, one.name.en]));
  const said = scores.map(
    (one) =>
      `${one.person}: ${Object.entries(one.scores)
        .map(([id, score]) => `${names.get(id) ?? id} ${score}`)
        .join(', ')}`,
  );
  const text =
    edits.length === 0
      ? 'Its text is the recorded trace, unchanged.'
      : `Its text is the recorded trace after ${count(edits.length, 'edit')} by ${accepted.editor}; applying ${edits.length === 1 ? 'it' : 'them'} again gives exactly this text.`;
  return [
    `${record.id} is a ${history.imported.kind} question; ${trace.model} wrote the trace in round ${trace.round}.`,
    strikes === 0 ? 'No earlier round had failed.' : `${capital(count(strikes, 'earlier round'))} had failed.`,
    text,
    approved.by !== 'reviewers'
      ? `The ${approved.by === 'panel' ? 'expert panel' : approved.by} decided, and ${accepted.scores[0]?.person} signed the decision.`
      : `${capital(count(scores.length, 'reviewer'))} scored the text that is released; the gate asks for ${gate.reviewers} and for ${gate.minimumScore} or more on every criterion.`,
    ...said,
    `Its approval is leaf ${approved.index} of the log ${head.origin}, which has ${head.size} leaves and a signed head.`,
    ...(accepted.demo ? ['People enrolled for a demonstration judged it: no clinician stands behind it.'] : []),
  ];
}

function eventText(event: ChainEvent, accepted: Accepted | undefined, rules: Rules): string {
  const { data } = event;
  const history = accepted?.history;
  switch (event.type) {
    case 'case.imported':
      return `The question ${String(data.question)} entered review.`;
    case 'generation.recorded':
      return `Round ${String(data.round)}: ${String(data.model)} wrote a trace.`;
    case 'review.signed': {
      const review = history?.reviews.find((one) => one.index === event.index);
      const changes = editTexts(review, accepted, rules);
      const low = Object.entries(review?.scores ?? {}).map(([id, score]) => `${id} ${score}`);
      const parts = [`${String(data.reviewer)} said "${String(data.verdict)}" (${low.join(', ')})`, ...changes];
      return [...parts, ...(review?.comment === undefined ? [] : [`remark: “${review.comment}”`])].join('; ');
    }
    case 'edit.signed':
      return `${String(data.reviewer)} scored the edited text.`;
    case 'strike.recorded':
      return `Round ${String(data.round)} failed.`;
    case 'panel.opened':
      return `The ${String(data.board ?? 'panel')} was called (${String(data.trigger)}).`;
    case 'vote.signed':
      return `${String(data.member)} voted "${String(data.vote)}" in ballot ${String(data.ballot)}.`;
    case 'adjudication.signed':
      return [
        `${String(data.chair)} signed the ${String(data.board ?? 'panel')}'s decision "${String(data.decision)}": ${String(data.rationale)}`,
        ...editTexts(
          history?.adjudications.find((one) => one.index === event.index),
          accepted,
          rules,
        ),
      ].join('; ');
    case 'example.approved':
      return `It was approved by the ${String(data.by)}.`;
    case 'erasure.executed':
      return `Its contents were erased (${String(data.reason)}).`;
    default:
      return `${event.type}.`;
  }
}

type Edited = { readonly trace: string; readonly edits: readonly SignedEdit[] };

/** What was changed, step by step, in words. */
function editTexts(edited: Edited | undefined, accepted: Accepted | undefined, rules: Rules): string[] {
  const text = accepted?.history.generated.find((one) => one.trace === edited?.trace)?.text ?? '';
  const parsed = parseTrace(text);
  const steps = parsed.state === 'well-formed' ? parsed.trace.steps : [];
  return (edited?.edits ?? []).map((edit) => editText(edit, steps, rules));
}

function editText(edit: SignedEdit, steps: readonly string[], rules: Rules): string {
  const reason = rules.reasons.find((one) => one.code === edit.reason)?.name.en ?? edit.reason;
  const why = `(reason: ${reason}${edit.note === undefined ? '' : `, ${edit.note}`})`;
  switch (edit.op) {
    case 'replace':
      return `changed step ${edit.step} from “${steps[edit.step - 1] ?? ''}” to “${edit.text}” ${why}`;
    case 'delete':
      return `deleted step ${edit.step}, “${steps[edit.step - 1] ?? ''}” ${why}`;
    case 'insert':
      return `added after step ${edit.after}: “${edit.text}” ${why}`;
    case 'answer':
      return `rewrote the answer as “${edit.text}” ${why}`;
  }
}

function count(n: number, noun: string): string {
  return n === 1 ? `one ${noun}` : `${n} ${noun}s`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
