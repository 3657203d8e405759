import type { CaseView, MaskedStatement } from '../../src/review/cases/schema.ts';
import type { Edit, StepMark } from '../../src/review/schema.ts';

/** Where something was said: at a step, in the gap after one (0 = before the first), or at the answer. */
export type Place = { step: number } | { after: number } | { answer: true };

/** What one reviewer said at a place. */
export type Cell = { label: string; marks: StepMark[]; edits: Edit[] };

/**
 * clean: nobody found anything · agreed: all found the same · conflict: what was found differs. A step marked correct by
 * one and left unmarked or neutral by another is no conflict: nothing follows from it.
 */
export type Row = { place: Place; text?: string; state: 'clean' | 'agreed' | 'conflict'; cells: Cell[] };

/** Rows to be shown one by one, and runs of rows on which there is nothing to decide. */
export type Part = { folded: false; row: Row } | { folded: true; rows: Row[] };

/** What the reviewers said, side by side: a row for each step and the answer, and for each gap where somebody missed one. */
export function alignStatements(trace: CaseView['trace'], statements: MaskedStatement[]): Row[] {
  const rowAt = (place: Place, text?: string): Row => {
    const cells = statements.map((statement) => cellAt(statement, place));
    return { place, ...(text === undefined ? {} : { text }), state: stateOf(cells), cells };
  };
  const gap = (after: number): Row[] => [rowAt({ after })].filter((row) => row.state !== 'clean');
  return [
    ...gap(0),
    ...trace.steps.flatMap((text, index) => [rowAt({ step: index + 1 }, text), ...gap(index + 1)]),
    rowAt({ answer: true }, trace.answer),
  ];
}

/** Folds runs of clean rows together; the answer is never folded, for it is what is decided about. */
export function foldRows(rows: Row[]): Part[] {
  const parts: Part[] = [];
  for (const row of rows) {
    const last = parts.at(-1);
    if (row.state !== 'clean' || 'answer' in row.place) parts.push({ folded: false, row });
    else if (last?.folded === true) last.rows.push(row);
    else parts.push({ folded: true, rows: [row] });
  }
  return parts;
}

/** True if an edit changes the text at a place. */
export function editsPlace(edit: Edit, place: Place): boolean {
  if ('answer' in place) return edit.op === 'answer';
  if ('after' in place) return edit.op === 'insert' && edit.after === place.after;
  return (edit.op === 'replace' || edit.op === 'delete') && edit.step === place.step;
}

function cellAt({ label, steps, edits }: MaskedStatement, place: Place): Cell {
  const marks = steps.filter((mark) =>
    mark.mark === 'missing'
      ? 'after' in place && mark.after === place.after
      : 'step' in place && mark.step === place.step,
  );
  return { label, marks, edits: edits.filter((edit) => editsPlace(edit, place)) };
}

function stateOf(cells: Cell[]): Row['state'] {
  const found = new Set(cells.map(findings));
  if (found.size > 1) return 'conflict';
  return found.has('[]') || found.size === 0 ? 'clean' : 'agreed';
}

/** Errors and changes of text in a form that can be compared; for the same change reason and note do not matter. */
function findings({ marks, edits }: Cell): string {
  const errors = marks
    .filter((mark) => mark.mark === 'wrong' || mark.mark === 'missing')
    .map((mark) => [mark.mark, mark.error, mark.severity]);
  const changes = edits.map((edit) => [edit.op, 'text' in edit ? edit.text : '']);
  return JSON.stringify([...errors, ...changes]);
}
