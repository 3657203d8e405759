import type { MaskedStatement } from '../../src/review/cases/schema.ts';

/** The scores of one criterion side by side. `gap`: highest less lowest, in points; 0 where fewer than two scored it. */
export type ScoreRow = { criterion: string; scores: { label: string; score?: number; edited?: number }[]; gap: number };

/** A row for each criterion, in the rubric's order. */
export function scoreRows(criteria: readonly { id: string }[], statements: MaskedStatement[]): ScoreRow[] {
  return criteria.map(({ id }) => {
    const scores = statements.map(({ label, scores, editedScores }) => {
      const score = scores[id];
      const edited = editedScores?.[id];
      return { label, ...(score === undefined ? {} : { score }), ...(edited === undefined ? {} : { edited }) };
    });
    const given = scores.flatMap(({ score }) => (score === undefined ? [] : [score]));
    return { criterion: id, scores, gap: given.length < 2 ? 0 : Math.max(...given) - Math.min(...given) };
  });
}
