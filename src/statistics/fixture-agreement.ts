import { z } from 'zod';
import { agreementWeights, type WeightName, weightsFromDisagreement } from './agreement-weights.ts';
import { brennanPrediger } from './brennan-prediger.ts';
import { type AgreementEstimate, agreementInterval } from './chance-corrected.ts';
import { type CohenKappa, cohenKappa, cohenKappaInterval } from './cohen-kappa.ts';
import { congerKappa } from './conger-kappa.ts';
import { fleissKappa, fleissKappaPerCategory, fleissKappaTest } from './fleiss-kappa.ts';
import { gwetAC } from './gwet-ac.ts';
import { type IccForm, icc, twoWayAnova } from './icc.ts';
import { type AlphaMetric, krippendorffAlpha } from './krippendorff-alpha.ts';
import { krippendorffWeighted } from './krippendorff-weighted.ts';
import { percentAgreement } from './percent-agreement.ts';
import { type CountTable, contingencyTable, countTable, ratingsFromContingency, ratingTable } from './ratings.ts';

/** One computed figure of a fixture: what the fixture file lists beside the name. */
export type Figure = {
  value: number | readonly number[] | null;
  ci?: readonly number[] | null;
  se?: number | null;
  p?: number | null;
  reason?: string;
};
export type Figures = { [name: string]: Figure };

const matrix = z.array(z.array(z.number()));
const ratings = z.array(z.array(z.number().nullable()));
const scale = z.array(z.number());

/** Every figure of the agreement fixtures, computed from the fixture's data; empty for another fixture. */
export function agreementFigures(id: string, data: { [key: string]: unknown }): Figures {
  switch (id) {
    case 'F1':
      return missingRatings(ratings.parse(data.units), scale.parse(data.categories));
    case 'F3':
      return fleissStudy(ratings.parse(data.units), scale.parse(data.categories));
    case 'F4':
      return fleissCounts(matrix.parse(data.counts));
    case 'F5':
      return {
        ...named('cohenKappa', cohenKappa(matrix.parse(data.table), square('identity', 3))),
        ...named('cohenKappa.linear', cohenKappa(matrix.parse(data.table), square('linear', 3))),
      };
    case 'F7': {
      const joint = matrix.parse(data.proportions);
      const weighted = cohenKappa(joint, weightsFromDisagreement(matrix.parse(data.disagreementWeights)));
      return { cohenKappa: cohenKappa(joint, square('identity', 3)), 'cohenKappa.weighted': weighted };
    }
    case 'F9':
      return Object.assign({}, ...Object.entries(data).map(([name, table]) => paradox(name, matrix.parse(table))));
    case 'F10':
      return shroutFleiss(matrix.parse(data.ratings));
    case 'F11':
      return anxiety(z.record(z.string(), scale).parse(data.raters), scale.parse(data.categories));
    default:
      return {};
  }
}

function square(name: WeightName, q: number): ReturnType<typeof agreementWeights> {
  return agreementWeights(
    name,
    Array.from({ length: q }, (_, index) => index + 1),
  );
}

function coefficient(estimate: AgreementEstimate): Figure {
  return estimate.value === null
    ? estimate
    : { value: estimate.value, se: estimate.se, ci: agreementInterval(estimate) };
}

function chance(estimate: AgreementEstimate): Figure {
  return estimate.value === null ? estimate : { value: estimate.pe };
}

function named(name: string, kappa: CohenKappa): Figures {
  if (kappa.value === null) return { [name]: kappa };
  return {
    [name]: { value: kappa.value, se: kappa.se, ci: cohenKappaInterval(kappa), p: kappa.p },
    [`${name}.ase0`]: { value: kappa.se0 },
    [`${name}.z`]: { value: kappa.z },
  };
}

function missingRatings(units: (number | null)[][], categories: number[]): Figures {
  const table = ratingTable(units, categories);
  const counts = countTable(table);
  const figures: Figures = {};
  for (const metric of ['nominal', 'ordinal', 'interval', 'ratio'] satisfies AlphaMetric[]) {
    const alpha = krippendorffAlpha(counts, metric, categories);
    figures[`krippendorffAlpha.${metric}`] = alpha;
    if (alpha.value !== null) figures.pairableValues = { value: alpha.pairableValues };
  }
  for (const name of ['identity', 'linear', 'quadratic', 'gwetOrdinal', 'ratio'] satisfies WeightName[]) {
    const weights = agreementWeights(name, categories);
    figures[`weighted.${name}.percentAgreement`] = coefficient(percentAgreement(counts, weights));
    figures[`weighted.${name}.gwetAC`] = coefficient(gwetAC(counts, weights));
    figures[`weighted.${name}.fleissKappa`] = coefficient(fleissKappa(counts, weights));
    figures[`weighted.${name}.krippendorffAlpha`] = coefficient(krippendorffWeighted(counts, weights));
    figures[`weighted.${name}.congerKappa`] = coefficient(congerKappa(table, weights));
    figures[`weighted.${name}.brennanPrediger`] = coefficient(brennanPrediger(counts, weights));
    figures[`weighted.${name}.gwetAC.pe`] = chance(gwetAC(counts, weights));
    figures[`weighted.${name}.fleissKappa.pe`] = chance(fleissKappa(counts, weights));
  }
  return figures;
}

function fleissCounts(counts: CountTable): Figures {
  const q = counts[0]?.length ?? 0;
  const identity = square('identity', q);
  return {
    percentAgreement: coefficient(percentAgreement(counts, identity)),
    fleissKappa: coefficient(fleissKappa(counts, identity)),
    'fleissKappa.pe': chance(fleissKappa(counts, identity)),
    gwetAC1: coefficient(gwetAC(counts, identity)),
    'krippendorffAlpha.nominal': krippendorffAlpha(counts, 'nominal', [...identity.keys()]),
  };
}

function fleissStudy(units: (number | null)[][], categories: number[]): Figures {
  const counts = countTable(ratingTable(units, categories));
  const figures = fleissCounts(counts);
  const underChance = fleissKappaTest(counts);
  return {
    ...figures,
    categoryTotals: { value: categories.map((_, k) => counts.reduce((total, row) => total + (row[k] ?? 0), 0)) },
    'fleissKappa.z': { value: underChance.value === null ? null : underChance.z },
    'fleissKappa.perCategory': { value: fleissKappaPerCategory(counts).map((kappa) => kappa.value ?? Number.NaN) },
    'fleissKappa.irrcac': coefficient(fleissKappa(counts, square('identity', categories.length))),
  };
}

function paradox(name: string, joint: number[][]): Figures {
  const counts = countTable(ratingsFromContingency(joint));
  const figures = { ...fleissCounts(counts), cohenKappa: cohenKappa(joint, square('identity', joint.length)) };
  return Object.fromEntries(Object.entries(figures).map(([statistic, figure]) => [`${name}.${statistic}`, figure]));
}

export function iccFigure(ratingsTable: number[][], form: IccForm): Figure {
  const anova = twoWayAnova(ratingsTable);
  if (anova.value === null) return anova;
  const estimate = icc(anova, form);
  return estimate.value === null ? estimate : { value: estimate.value, ci: estimate.ci95 };
}

function shroutFleiss(table: number[][]): Figures {
  const anova = twoWayAnova(table);
  const rated = ratingTable(table);
  const scores = rated.categories.map(Number);
  return {
    ...(anova.value === null
      ? {}
      : {
          'anova.MSR': { value: anova.msr },
          'anova.MSC': { value: anova.msc },
          'anova.MSE': { value: anova.mse },
          'anova.MSW': { value: anova.msw },
        }),
    'icc.1_1': iccFigure(table, '1_1'),
    'icc.2_1': iccFigure(table, '2_1'),
    'icc.3_1': iccFigure(table, '3_1'),
    'icc.1_4': iccFigure(table, '1_k'),
    'icc.2_4': iccFigure(table, '2_k'),
    'icc.3_4': iccFigure(table, '3_k'),
    'krippendorffAlpha.interval': krippendorffAlpha(countTable(rated), 'interval', scores),
  };
}

function anxiety(raters: { [name: string]: number[] }, categories: number[]): Figures {
  const columns = ['r1', 'r2', 'r3'].map((name) => raters[name] ?? []);
  const units = (columns[0] ?? []).map((_, row) => columns.map((column) => column[row] ?? Number.NaN));
  const table = ratingTable(units, categories);
  const joint = contingencyTable(table, 1, 2);
  // What R irr does, and the engine must not: leave out the category that neither rater uses and number the rest anew.
  const used = joint.flatMap((row, k) =>
    row.some((count) => count > 0) || joint.some((other) => (other[k] ?? 0) > 0) ? [k] : [],
  );
  const dropped = used.map((k) => used.map((l) => joint[k]?.[l] ?? 0));
  return {
    'icc.2_1': iccFigure(units, '2_1'),
    fleissKappa: coefficient(fleissKappa(countTable(table), square('identity', 6))),
    'cohenKappa.r2r3': cohenKappa(joint, square('identity', 6)),
    'cohenKappa.r2r3.linear': cohenKappa(joint, square('linear', 6)),
    'cohenKappa.r2r3.quadratic': cohenKappa(joint, square('quadratic', 6)),
    'cohenKappa.r2r3.linear.droppedUnusedCategory': cohenKappa(dropped, square('linear', used.length)),
    'cohenKappa.r2r3.quadratic.droppedUnusedCategory': cohenKappa(dropped, square('quadratic', used.length)),
  };
}
