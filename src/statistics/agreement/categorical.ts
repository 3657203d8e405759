import type { StatisticResult } from '../result.ts';
import { sum } from '../vector.ts';
import { brennanPrediger } from './brennan-prediger.ts';
import { cohenKappa } from './cohen-kappa.ts';
import { congerKappa } from './conger-kappa.ts';
import { fleissKappa, fleissKappaTest } from './fleiss-kappa.ts';
import { gwetAC } from './gwet-ac.ts';
import { krippendorffWeighted } from './krippendorff-weighted.ts';
import { percentAgreement } from './percent-agreement.ts';
import { contingencyTable, type RatingTable } from './ratings.ts';
import {
  type AgreementFrame,
  coefficientResult,
  cohenResult,
  type Label,
  percentResult,
  undefinedResult,
  withPrevalenceNote,
} from './results.ts';
import { agreementWeights, type WeightMatrix, type WeightName, withinWeights } from './weights.ts';

export type CategoricalInput = {
  table: RatingTable;
  counts: number[][];
  scores: number[];
  frame: AgreementFrame;
  ordered: boolean;
  ratio: boolean;
  names: string[];
};

const weightWords: Record<WeightName, string> = {
  identity: 'unweighted',
  linear: 'linear weights',
  quadratic: 'quadratic weights',
  gwetOrdinal: 'Gwet ordinal weights',
  ratio: 'ratio weights',
};

/** Pairwise kappas are listed for at most this many raters; a mean of them is never given. */
const maxPairwiseRaters = 10;

/** Percent agreement and all chance-corrected coefficients, unweighted and, on ordered scales, weighted. */
export function categoricalResults(input: CategoricalInput): StatisticResult[] {
  const { scores, ordered, ratio } = input;
  const names: WeightName[] = ordered ? ['linear', 'quadratic', 'gwetOrdinal'] : [];
  const weighted = names.flatMap((name) => weightedResults(input, name, agreementWeights(name, scores)));
  return [
    ...unweightedResults(input),
    ...(ordered && scores.length > 2 ? weighted : []),
    ...(ratio && scores.length > 2 ? ratioResults(input) : []),
    ...cohenResults(input),
  ];
}

function unweightedResults(input: CategoricalInput): StatisticResult[] {
  const { table, counts, scores, frame, ordered } = input;
  const identity = agreementWeights('identity', scores);
  const onePair = counts.every((row) => sum(row) <= 2);
  const results = [
    percentResult(
      { statistic: 'percentAgreement', method: 'Percent agreement, exact' },
      percentAgreement(counts, identity),
      frame,
      onePair,
    ),
  ];
  if (ordered && scores.length > 2) {
    const label = { statistic: 'percentAgreement.within1', method: 'Percent agreement within 1 point of the scale' };
    results.push(percentResult(label, percentAgreement(counts, withinWeights(1, scores)), frame, onePair));
  }
  results.push(
    coefficientResult({ statistic: 'gwetAC1', method: "Gwet's AC1" }, gwetAC(counts, identity), frame),
    withPrevalenceNote(fleissResult(input, identity), frame),
    withPrevalenceNote(
      coefficientResult({ statistic: 'congerKappa', method: "Conger's kappa" }, congerKappa(table, identity), frame),
      frame,
    ),
    coefficientResult(
      { statistic: 'brennanPrediger', method: 'Brennan–Prediger coefficient' },
      brennanPrediger(counts, identity),
      frame,
    ),
  );
  return results;
}

function fleissResult({ counts, frame }: CategoricalInput, identity: WeightMatrix): StatisticResult {
  const result = coefficientResult(
    { statistic: 'fleissKappa', method: "Fleiss' kappa" },
    fleissKappa(counts, identity),
    frame,
  );
  const test = fleissKappaTest(counts);
  return result.value === null || test.value === null ? result : { ...result, testStatistic: test.z, p: test.p };
}

function weightedResults(
  { table, counts, frame }: CategoricalInput,
  name: WeightName,
  weights: WeightMatrix,
): StatisticResult[] {
  const words = weightWords[name];
  const label = (statistic: string, method: string): Label => ({
    statistic: `weighted.${name}.${statistic}`,
    method: `${method}, ${words}`,
  });
  const notAlias = name === 'gwetOrdinal' ? ' (not the classical ordinal alpha)' : '';
  return [
    percentResult(label('percentAgreement', 'Percent agreement'), percentAgreement(counts, weights), frame, false),
    coefficientResult(label('gwetAC', "Gwet's AC2"), gwetAC(counts, weights), frame),
    coefficientResult(label('fleissKappa', "Fleiss' kappa"), fleissKappa(counts, weights), frame),
    coefficientResult(label('congerKappa', "Conger's kappa"), congerKappa(table, weights), frame),
    coefficientResult(
      label('brennanPrediger', 'Brennan–Prediger coefficient'),
      brennanPrediger(counts, weights),
      frame,
    ),
    coefficientResult(
      label('krippendorffAlpha', `Alpha in weight form${notAlias}`),
      krippendorffWeighted(counts, weights),
      frame,
    ),
  ];
}

function ratioResults(input: CategoricalInput): StatisticResult[] {
  if (input.scores.every((score) => score > 0))
    return weightedResults(input, 'ratio', agreementWeights('ratio', input.scores));
  const label = { statistic: 'weighted.ratio.gwetAC', method: "Gwet's AC2, ratio weights" };
  return [undefinedResult(label, 'ratio weights need ratings above 0', input.frame)];
}

function cohenResults(input: CategoricalInput): StatisticResult[] {
  const { table, scores, frame, ordered, names } = input;
  if (table.raters > maxPairwiseRaters) return [];
  const kinds: WeightName[] = ordered && scores.length > 2 ? ['identity', 'linear', 'quadratic'] : ['identity'];
  const results: StatisticResult[] = [];
  for (const [first, a] of names.entries()) {
    for (const [offset, b] of names.slice(first + 1).entries()) {
      const joint = contingencyTable(table, first, first + 1 + offset);
      for (const kind of kinds) {
        const label = {
          statistic: kind === 'identity' ? 'cohenKappa' : `cohenKappa.${kind}`,
          method: `Cohen's kappa, ${weightWords[kind]}`,
        };
        const result = cohenResult(label, cohenKappa(joint, agreementWeights(kind, scores)), { ...frame, raters: 2 });
        results.push({ ...withPrevalenceNote(result, frame), pair: [a, b] });
      }
    }
  }
  return results;
}
