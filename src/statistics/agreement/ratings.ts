import { AppError } from '../../core/error.ts';
import { at, rowAt, sum } from '../vector.ts';

export type Category = number | string;

/** Units (rows) by raters (columns); each entry is an index into `categories`, or null where the rating is missing. */
export type RatingTable = {
  categories: readonly Category[];
  rows: readonly (readonly (number | null)[])[];
  raters: number;
};

/** Units by categories: how many raters put the unit into the category. */
export type CountTable = readonly (readonly number[])[];

/**
 * Reads a table of raw ratings. The categories are those of the declared scale; without one, those observed, in numeric
 * order when all are numbers, else in code-unit order.
 * @throws AppError invalid_input when rows differ in length or a rating is not on the declared scale.
 */
export function ratingTable(
  units: readonly (readonly (Category | null)[])[],
  scale?: readonly Category[],
): RatingTable {
  const raters = units[0]?.length ?? 0;
  const categories = scale ?? observedCategories(units);
  const index = new Map(categories.map((category, position) => [category, position]));
  if (index.size !== categories.length) {
    throw new AppError('invalid_input', 'The declared scale names a category twice; list each category once.');
  }
  const rows = units.map((unit, row) => {
    if (unit.length !== raters) {
      throw new AppError(
        'invalid_input',
        `Unit ${row + 1} has ${unit.length} ratings, the first has ${raters}; give every unit one entry per rater, empty where the rating is missing.`,
      );
    }
    return unit.map((rating, column) => {
      if (rating === null) return null;
      const position = index.get(rating);
      if (position !== undefined) return position;
      throw new AppError(
        'invalid_input',
        `Unit ${row + 1}, rater ${column + 1}: ${JSON.stringify(rating)} is not on the declared scale (${categories.join(', ')}).`,
      );
    });
  });
  return { categories, rows, raters };
}

function observedCategories(units: readonly (readonly (Category | null)[])[]): Category[] {
  const seen = [...new Set(units.flat())].filter((rating) => rating !== null);
  const numbers = seen.filter((rating) => typeof rating === 'number');
  return numbers.length === seen.length ? numbers.sort((a, b) => a - b) : seen.sort(byCodeUnit);
}

function byCodeUnit(a: Category, b: Category): number {
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Counts per unit and category; units without any rating stay as rows of zeros. */
export function countTable(table: RatingTable): number[][] {
  return table.rows.map((row) => countsOf(row, table.categories.length));
}

/** How often each category index occurs in one unit. */
export function countsOf(row: readonly (number | null)[], categories: number): number[] {
  const counts = new Array<number>(categories).fill(0);
  for (const rating of row) if (rating !== null) counts[rating] = at(counts, rating) + 1;
  return counts;
}

/** Square table of two raters' joint counts over the units that both rated. */
export function contingencyTable(table: RatingTable, first: number, second: number): number[][] {
  const q = table.categories.length;
  const joint = Array.from({ length: q }, () => new Array<number>(q).fill(0));
  for (const row of table.rows) {
    const a = row[first] ?? null;
    const b = row[second] ?? null;
    if (a === null || b === null) continue;
    const line = rowAt(joint, a);
    line[b] = at(line, b) + 1;
  }
  return joint;
}

/** Raw ratings of two raters from their joint counts, one row per unit. */
export function ratingsFromContingency(joint: CountTable): RatingTable {
  const rows: number[][] = [];
  for (const [first, line] of joint.entries()) {
    for (const [second, count] of line.entries()) {
      for (let i = 0; i < count; i++) rows.push([first, second]);
    }
  }
  return { categories: joint.map((_, index) => index), rows, raters: 2 };
}

/** The categories as numbers, or null when one of them is not a number. */
export function numericCategories(categories: readonly Category[]): number[] | null {
  const numbers = categories.filter((category) => typeof category === 'number');
  return numbers.length === categories.length ? numbers : null;
}

/** One unit as the few categories that it uses: small even where the scale has thousands of values. */
export type SparseUnit = { categories: readonly number[]; counts: readonly number[]; ratings: number };

/** The units of raw ratings in sparse form. */
export function sparseUnits(table: RatingTable): SparseUnit[] {
  return table.rows.map((row) => {
    const counts = new Map<number, number>();
    for (const rating of row) if (rating !== null) counts.set(rating, (counts.get(rating) ?? 0) + 1);
    const categories = [...counts.keys()].sort((a, b) => a - b);
    return {
      categories,
      counts: categories.map((category) => counts.get(category) ?? 0),
      ratings: sum(counts.values()),
    };
  });
}

/** The units of a table of counts in sparse form. */
export function sparseFromCounts(table: CountTable): SparseUnit[] {
  return table.map((row) => {
    const categories = row.flatMap((count, category) => (count > 0 ? [category] : []));
    return { categories, counts: categories.map((category) => at(row, category)), ratings: sum(row) };
  });
}
