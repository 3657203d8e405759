import { fleissKappa } from '../../statistics/agreement/fleiss-kappa.ts';
import { gwetAC } from '../../statistics/agreement/gwet-ac.ts';
import { percentAgreement } from '../../statistics/agreement/percent-agreement.ts';
import { agreementWeights } from '../../statistics/agreement/weights.ts';
import { sum } from '../../statistics/vector.ts';
import type { RatingCounts } from '../counts-schema.ts';
import { estimateFigure, shareFigure, tooFew } from '../figure.ts';
import { type AgreementFigure, type AgreementItem, prevalenceLimit } from '../schema.ts';

const identity = agreementWeights('identity', [0, 1]);
const methods = {
  ac1: { statistic: 'gwetAC1', method: "Gwet's AC1" },
  exact: { statistic: 'percentAgreement', method: 'Percent agreement, exact' },
  kappa: { statistic: 'fleissKappa', method: "Fleiss' kappa" },
  positive: { statistic: 'specificAgreement', method: 'Specific agreement on "violated" (F1 between reviewers)' },
};

/**
 * Agreement on whether a dimension is violated: AC1 with percent agreement and prevalence, because kappa collapses where
 * one answer is rare; kappa beside it with a note then. A round where nobody found it counts as found by none.
 */
export function dimensionAgreement(
  item: string,
  { dimensions, judged }: Pick<RatingCounts, 'dimensions' | 'judged'>,
  { raters, slice }: { raters: number; slice?: string },
): AgreementItem {
  const rows = tableOf(
    dimensions.filter((one) => one.dimension === item),
    judged,
  );
  const counts = rows.map(({ ratings, found }) => [ratings - found, found]);
  const times = rows.map((row) => row.units);
  const all = sum(times);
  const n = sum(rows.map((row) => (row.ratings > 1 ? row.units : 0)));
  const ratings = sum(rows.map((row) => row.ratings * row.units));
  const found = sum(rows.map((row) => row.found * row.units));
  const prevalence = ratings === 0 ? 0 : found / ratings;
  const base = {
    item,
    ...(slice === undefined ? {} : { slice }),
    n,
    single: all - n,
    ratings,
    raters,
    missing: all * raters - ratings,
    prevalence,
  };
  const few = tooFew(methods.ac1, n);
  if (few !== undefined) return { ...base, headline: few, beside: [] };
  const kappa = estimateFigure(methods.kappa, fleissKappa(counts, identity, times));
  const skewed = Math.max(prevalence, 1 - prevalence) >= prevalenceLimit;
  return {
    ...base,
    headline: estimateFigure(methods.ac1, gwetAC(counts, identity, times)),
    beside: [
      shareFigure(methods.exact, percentAgreement(counts, identity, times)),
      positiveAgreement(rows),
      skewed ? { ...kappa, prevalence: true } : kappa,
    ],
  };
}

type Row = { ratings: number; found: number; units: number };

/** Rounds by reviews and findings; those where nobody found anything are what is left of all judged rounds. */
function tableOf(found: RatingCounts['dimensions'], judged: RatingCounts['judged']): Row[] {
  const positive = merge(found.map(({ ratings, found, units }) => ({ ratings, found, units })));
  const all = merge(judged.map(({ ratings, units }) => ({ ratings, found: 0, units })));
  const none = all.map((row) => ({
    ...row,
    units: row.units - sum(positive.filter((one) => one.ratings === row.ratings).map((one) => one.units)),
  }));
  return [...none, ...positive];
}

function merge(rows: Row[]): Row[] {
  const alike = Map.groupBy(rows, (row) => `${row.ratings}/${row.found}`);
  return [...alike.values()].flatMap(([first, ...rest]) =>
    first === undefined ? [] : [{ ...first, units: first.units + sum(rest.map((row) => row.units)) }],
  );
}

function positiveAgreement(rows: Row[]): AgreementFigure {
  const pairable = rows.filter((row) => row.ratings > 1);
  const touching = sum(pairable.map((row) => row.found * row.units));
  if (touching === 0) return { ...methods.positive, value: null, reason: 'the category was never used' };
  const agreeing = sum(pairable.map((row) => (row.units * row.found * (row.found - 1)) / (row.ratings - 1)));
  return { ...methods.positive, value: agreeing / touching };
}
