import type { DraftContent } from '../../src/review/drafts/schema.ts';
import type { Edit, StepMark, Verdict } from '../../src/review/schema.ts';

/**
 * An edit while it is being written: what lacks its text or its reason is kept in this browser only, since the record
 * takes no edit without a reason. `at` is the step, the step that a new one follows (0 = before the first), or 0 for the answer.
 */
export type WorkEdit = { op: Edit['op']; at: number; text: string; reason: string; note: string };

/** The review on the screen. Active time is counted apart, so that undoing a change does not undo time. */
export type Work = Omit<DraftContent, 'edits' | 'seconds'> & { edits: WorkEdit[] };

/** The text that is judged. */
export type Original = { steps: readonly string[]; answer: string };

export const emptyWork: Work = {
  scores: {},
  steps: [],
  violations: [],
  edits: [],
  editedScores: {},
  insufficientContext: false,
  comment: '',
};

/** What a place's text was before any edit; empty for a new step. */
export function textAt(original: Original, { op, at }: Pick<WorkEdit, 'op' | 'at'>): string {
  if (op === 'insert') return '';
  return op === 'answer' ? original.answer : (original.steps[at - 1] ?? '');
}

/** What an edit still lacks before it can be kept as a record, or undefined. */
export function lacking(edit: WorkEdit, original: Original): 'text' | 'reason' | 'note' | undefined {
  const before = textAt(original, edit).trim();
  if (edit.op !== 'delete' && (edit.text.trim() === '' || edit.text.trim() === before)) return 'text';
  if (edit.reason === '') return 'reason';
  return edit.reason === 'other' && edit.note.trim() === '' ? 'note' : undefined;
}

/** The draft as the server keeps it; edits that lack something stay here. */
export function contentOf(work: Work, original: Original, seconds: number): DraftContent {
  const edits = work.edits.filter((edit) => lacking(edit, original) === undefined).map(recordOf);
  return { ...work, edits, seconds: Math.floor(seconds) };
}

function recordOf({ op, at, text, reason, note }: WorkEdit): Edit {
  const why = { reason, ...(note.trim() === '' ? {} : { note: note.trim() }) };
  if (op === 'answer') return { op, text: text.trim(), ...why };
  if (op === 'insert') return { op, after: at, text: text.trim(), ...why };
  return op === 'delete' ? { op, step: at, ...why } : { op, step: at, text: text.trim(), ...why };
}

/** The review that a stored draft describes. */
export function workOf({ seconds: _, ...content }: DraftContent): Work {
  const edits = content.edits.map((edit): WorkEdit => {
    const at = 'step' in edit ? edit.step : 'after' in edit ? edit.after : 0;
    return {
      op: edit.op,
      at,
      text: 'text' in edit ? edit.text : '',
      reason: edit.reason,
      note: edit.note ?? '',
    };
  });
  return { ...content, edits };
}

/** True where two edits concern the same place: a step is replaced or deleted, not both. */
export function samePlace(a: Pick<WorkEdit, 'op' | 'at'>, b: Pick<WorkEdit, 'op' | 'at'>): boolean {
  const place = ({ op, at }: Pick<WorkEdit, 'op' | 'at'>): string => `${op === 'delete' ? 'replace' : op}/${at}`;
  return place(a) === place(b);
}

/** True where a score of the original stands, because the text was edited after it was given. */
export function isFrozen(work: Work, criterion: string): boolean {
  return work.edits.length > 0 && work.scores[criterion] !== undefined;
}

/** Which text a score is about. */
export type ScoreSet = 'original' | 'edited';

/** Gives a score; one that is frozen stays. */
export function withScore(work: Work, set: ScoreSet, criterion: string, score: number): Work {
  if (set === 'edited') return { ...work, editedScores: { ...work.editedScores, [criterion]: score } };
  return isFrozen(work, criterion) ? work : { ...work, scores: { ...work.scores, [criterion]: score } };
}

/** Marks a step, or (`undefined`) takes its mark away. A step has one mark. */
export function withMark(work: Work, step: number, mark: StepMark | undefined): Work {
  const others = work.steps.filter((one) => !('step' in one && one.step === step));
  return { ...work, steps: mark === undefined ? others : [...others, mark] };
}

/** Marks a step as missing after another (0 = before the first), or takes that mark away. */
export function withMissing(work: Work, after: number, found?: { error: string; severity: string }): Work {
  const others = work.steps.filter((one) => !('after' in one && one.after === after));
  return { ...work, steps: found === undefined ? others : [...others, { after, mark: 'missing', ...found }] };
}

/** Puts an edit at its place; one that changes nothing is no edit. Without edits there are no scores of an edited text. */
export function withEdit(work: Work, edit: WorkEdit, original: Original): Work {
  const changes = edit.op === 'delete' || edit.text !== textAt(original, edit);
  return changes
    ? { ...work, edits: [...work.edits.filter((one) => !samePlace(one, edit)), edit] }
    : withoutEdit(work, edit);
}

export function withoutEdit(work: Work, place: Pick<WorkEdit, 'op' | 'at'>): Work {
  const edits = work.edits.filter((one) => !samePlace(one, place));
  return { ...work, edits, editedScores: edits.length === 0 ? {} : work.editedScores };
}

export function withViolation(work: Work, dimension: string, severity: string | undefined): Work {
  const others = work.violations.filter((one) => one.dimension !== dimension);
  return { ...work, violations: severity === undefined ? others : [...others, { dimension, severity }] };
}

export function withVerdict(work: Work, verdict: Verdict | undefined): Work {
  const { verdict: _, ...rest } = work;
  return verdict === undefined ? rest : { ...rest, verdict };
}
