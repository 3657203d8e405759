import { AppError } from '../../core/error.ts';
import type { Estimate, StatisticResult } from '../result.ts';
import { at, largest, mean, sum } from '../vector.ts';
import { alphaBootstrap } from './alpha-bootstrap.ts';
import { categoricalResults } from './categorical.ts';
import { fleissKappaPerCategory } from './fleiss-kappa.ts';
import { type IccForm, icc, twoWayAnova } from './icc.ts';
import { type AlphaMetric, krippendorffAlpha } from './krippendorff-alpha.ts';
import {
  type Category,
  countTable,
  numericCategories,
  type RatingTable,
  ratingTable,
  type SparseUnit,
  sparseUnits,
} from './ratings.ts';
import { type AgreementFrame, iccResult, type Label, undefinedResult } from './results.ts';
import { type SpecificAgreement, specificAgreement } from './specific-agreement.ts';

export type Level = AlphaMetric;

export type AgreementOptions = {
  seed: number;
  /** Bootstrap replicates for alpha; 2,000 by default. */
  replicates?: number;
  /** The declared scale, in order. Without it the observed categories are taken, and the report says so. */
  scale?: readonly Category[];
  raterNames?: readonly string[];
};

/** How often a category was used and how far raters agree on it against all others. */
export type CategoryFigures = {
  category: Category;
  count: number;
  share: number | null;
  fleissKappa: Estimate;
  specificAgreement: SpecificAgreement;
};

export type AgreementReport = {
  level: Level;
  units: number;
  /** Units with at least one rating, and with at least two. */
  ratedUnits: number;
  pairableUnits: number;
  raters: number;
  ratings: number;
  missing: number;
  seed: number;
  replicates: number;
  scaleDeclared: boolean;
  perCategory: CategoryFigures[];
  results: StatisticResult[];
  notes: string[];
};

/** Above this many categories only alpha and the intraclass correlations are computed. */
const maxCategories = 50;
/** Share of one category from which kappa is shown with a prevalence note. */
const prevalenceLimit = 0.8;
const levels: readonly Level[] = ['nominal', 'ordinal', 'interval', 'ratio'];

/**
 * Every agreement statistic that applies to a table of units (rows) × raters (columns) at a level of measurement; null and
 * blank entries are missing ratings, and strings that are all numbers are read as numbers.
 * @throws AppError invalid_input for a ragged table, a rating off the declared scale, text at an interval or ratio level, or
 * ordered names without a declared scale.
 */
export function agreementTable(
  ratings: readonly (readonly (Category | null)[])[],
  level: Level,
  options: AgreementOptions,
): AgreementReport {
  const { seed, replicates = 2000, scale } = options;
  const table = ratingTable(readRatings(ratings, scale), scale);
  const scores = scoresOf(table, level, scale !== undefined);
  const units = sparseUnits(table);
  const totals = categoryTotals(units, table.categories.length);
  const frame = frameOf(table, units, totals);
  const rated = sum(totals);
  // A dense table of units by categories is only built where the scale is short enough for categorical coefficients.
  const counts = table.categories.length <= maxCategories ? countTable(table) : null;
  const names = Array.from(
    { length: table.raters },
    (_, column) => options.raterNames?.[column] ?? `rater ${column + 1}`,
  );
  const ordered = level !== 'nominal';
  return {
    level,
    units: units.length,
    ratedUnits: units.filter((unit) => unit.ratings > 0).length,
    pairableUnits: frame.n,
    raters: table.raters,
    ratings: rated,
    missing: units.length * table.raters - rated,
    seed,
    replicates,
    scaleDeclared: scale !== undefined,
    perCategory: counts === null ? [] : categoryFigures(table, counts, totals),
    results: [
      ...alphaResults(units, level, scores, { frame, seed, replicates }),
      ...(counts === null
        ? []
        : categoricalResults({ table, counts, scores, frame, ordered, ratio: level === 'ratio', names })),
      ...iccResults(table, level, scores, frame),
    ],
    notes: reportNotes(table, scale !== undefined),
  };
}

function categoryTotals(units: readonly SparseUnit[], categories: number): number[] {
  const totals = new Array<number>(categories).fill(0);
  for (const unit of units) {
    for (const [i, category] of unit.categories.entries()) totals[category] = at(totals, category) + at(unit.counts, i);
  }
  return totals;
}

function frameOf(table: RatingTable, units: readonly SparseUnit[], totals: readonly number[]): AgreementFrame {
  const pairable = units.filter((unit) => unit.ratings >= 2);
  const agreeing = pairable.map(
    (unit) => sum(unit.counts.map((count) => count * (count - 1))) / (unit.ratings * (unit.ratings - 1)),
  );
  const dominant = sum(totals) === 0 ? 0 : largest(totals) / sum(totals);
  const note = `one category holds ${Math.round(100 * dominant)} % of the ratings, which lowers kappa even when raters agree; read it beside AC1 and per cent agreement`;
  return {
    n: pairable.length,
    raters: table.raters,
    percentAgreement: pairable.length === 0 ? null : mean(agreeing),
    prevalenceNote: dominant >= prevalenceLimit ? note : null,
  };
}

function categoryFigures(table: RatingTable, counts: number[][], totals: readonly number[]): CategoryFigures[] {
  const kappas = fleissKappaPerCategory(counts);
  const all = sum(totals);
  return table.categories.map((category, k) => ({
    category,
    count: at(totals, k),
    share: all === 0 ? null : at(totals, k) / all,
    fleissKappa: kappas[k] ?? { value: null, reason: 'no units' },
    specificAgreement: specificAgreement(counts, k),
  }));
}

function reportNotes(table: RatingTable, declared: boolean): string[] {
  const notes: string[] = [];
  if (!declared)
    notes.push(
      'No scale was declared: categories are those observed, and AC1, AC2 and Brennan–Prediger depend on their number.',
    );
  if (table.categories.length > maxCategories)
    notes.push(`More than ${maxCategories} distinct values: only alpha and the intraclass correlations are given.`);
  return notes;
}

/** Blank text becomes missing; text becomes numbers when every entry is one, unless the declared scale is of text. */
function readRatings(
  ratings: readonly (readonly (Category | null)[])[],
  scale?: readonly Category[],
): (Category | null)[][] {
  const trimmed = ratings.map((row) => row.map((entry) => (typeof entry === 'string' ? entry.trim() || null : entry)));
  const textScale = scale?.some((category) => typeof category === 'string') ?? false;
  const entries = trimmed.flat().filter((entry) => entry !== null);
  const numeric = !textScale && entries.every((entry) => Number.isFinite(Number(entry)));
  if (entries.some((entry) => typeof entry === 'number' && !Number.isFinite(entry))) {
    throw new AppError('invalid_input', 'A rating is not a finite number; leave missing ratings empty.');
  }
  return numeric ? trimmed.map((row) => row.map((entry) => (entry === null ? null : Number(entry)))) : trimmed;
}

/** The numbers that weights and distances use: the categories themselves, or their positions when they are names. */
function scoresOf(table: RatingTable, level: Level, declared: boolean): number[] {
  const numbers = numericCategories(table.categories);
  if (numbers !== null) {
    if (level === 'ratio' && numbers.some((score) => score < 0))
      throw new AppError('invalid_input', 'Level ratio needs ratings of 0 or more; use interval.');
    return numbers;
  }
  if (level === 'interval' || level === 'ratio')
    throw new AppError(
      'invalid_input',
      `Level ${level} needs numbers, but some ratings are text; use nominal, or ordinal with a declared scale.`,
    );
  if (level === 'ordinal' && !declared)
    throw new AppError(
      'invalid_input',
      'Ordered names need a declared scale: list the categories from lowest to highest.',
    );
  return table.categories.map((_, index) => index);
}

const alphaMethods: Record<AlphaMetric, string> = {
  nominal: "Krippendorff's alpha, nominal difference",
  ordinal: "Krippendorff's alpha, ordinal difference (depends on the marginals)",
  interval: "Krippendorff's alpha, interval difference",
  ratio: "Krippendorff's alpha, ratio difference",
};

/** Alpha at the given level and at every lower one, the given level first. */
function alphaResults(
  units: readonly SparseUnit[],
  level: Level,
  scores: number[],
  { frame, seed, replicates }: { frame: AgreementFrame; seed: number; replicates: number },
): StatisticResult[] {
  // Nominal alpha says nothing where nearly every value is different.
  const applicable = levels
    .slice(0, levels.indexOf(level) + 1)
    .filter((metric) => metric === level || metric !== 'nominal' || scores.length <= maxCategories)
    .reverse();
  return applicable.map((metric) => {
    const label: Label = { statistic: `krippendorffAlpha.${metric}`, method: alphaMethods[metric] };
    const alpha = krippendorffAlpha(units, metric, scores);
    if (alpha.value === null) return undefinedResult(label, alpha.reason, frame);
    const base = { ...label, value: alpha.value, n: frame.n, raters: frame.raters };
    // Each replicate of ratio alpha visits every pair of distinct values.
    if (metric === 'ratio' && scores.length > 500)
      return { ...base, notes: ['no interval: too many distinct values for the bootstrap of ratio alpha'] };
    const result = alphaBootstrap(units, metric, scores, { seed, replicates });
    if (result.value === null) return base;
    const run = { seed, replicates, undefinedReplicates: result.undefinedReplicates };
    return result.interval === null
      ? { ...base, ...run, notes: [`no interval: ${result.intervalReason ?? 'undefined'}`] }
      : { ...base, ...run, ci95: result.interval, ciMethod: 'percentile bootstrap of units' };
  });
}

const iccForms: readonly [IccForm, string][] = [
  ['1_1', 'ICC(1,1): one-way random, single rating'],
  ['2_1', 'ICC(2,1): two-way random, absolute agreement, single rating'],
  ['3_1', 'ICC(3,1): two-way mixed, consistency, single rating'],
  ['1_k', 'ICC(1,k): one-way random, mean of k ratings'],
  ['2_k', 'ICC(2,k): two-way random, absolute agreement, mean of k ratings (Spearman–Brown interval)'],
  ['3_k', 'ICC(3,k): two-way mixed, consistency, mean of k ratings'],
];

function iccResults(table: RatingTable, level: Level, scores: number[], frame: AgreementFrame): StatisticResult[] {
  if (level === 'nominal' || table.raters < 2) return [];
  const rows = table.rows.filter((row) => row.some((rating) => rating !== null));
  const complete = rows.flatMap((row) => {
    const numbers = row.flatMap((rating) => (rating === null ? [] : [at(scores, rating)]));
    return numbers.length === row.length ? [numbers] : [];
  });
  const anova = twoWayAnova(complete);
  return iccForms.map(([form, method]) => {
    const label = { statistic: `icc.${form}`, method };
    if (complete.length < rows.length)
      return undefinedResult(
        label,
        `needs complete data: ${rows.length - complete.length} of ${rows.length} units have missing ratings`,
        frame,
      );
    if (anova.value === null) return undefinedResult(label, anova.reason, frame);
    return iccResult(label, icc(anova, form), frame);
  });
}
