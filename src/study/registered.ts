import type { Hypothesis, PrimaryInterval, PrimaryTest, StudyDesign, StudyOutcome } from './design-schema.ts';

type Choice = { tests: readonly PrimaryTest[]; intervals: readonly PrimaryInterval[] };

const meanIntervals = ['bootstrapMean.bca', 'bootstrapMean.percentile', 'hodgesLehmann', 'meanDifference'] as const;
const rateIntervals = ['tango.difference', 'newcombe.difference'] as const;

/** What may decide a claim about scores or pass marks, of single vignettes or of counterfactual pairs kept together. */
const choices: Record<'score' | 'pass' | 'clusteredScore' | 'clusteredPass', Record<Hypothesis['claim'], Choice>> = {
  score: {
    difference: {
      tests: [
        'wilcoxon.exactPermutation.zerosDropped',
        'wilcoxon.exactPermutation.pratt',
        'wilcoxon.normalCc',
        'wilcoxon.normal',
        'wilcoxon.pratt',
        'meanDifference',
      ],
      intervals: meanIntervals,
    },
    'non-inferiority': { tests: ['noninferiority.t', 'noninferiority.wilcoxon'], intervals: meanIntervals },
    equivalence: { tests: ['equivalence.tost', 'equivalence.wilcoxon'], intervals: meanIntervals },
  },
  pass: {
    difference: { tests: ['mcnemar.exact', 'mcnemar.midp'], intervals: rateIntervals },
    'non-inferiority': { tests: ['tango.noninferiority'], intervals: rateIntervals },
    equivalence: { tests: ['tango.equivalence'], intervals: rateIntervals },
  },
  clusteredScore: {
    difference: { tests: ['clustered.permutation'], intervals: ['clustered.meanDifference'] },
    'non-inferiority': { tests: ['clustered.noninferiority'], intervals: ['clustered.meanDifference'] },
    equivalence: { tests: ['clustered.equivalence'], intervals: ['clustered.meanDifference'] },
  },
  clusteredPass: {
    difference: { tests: ['clusteredPass.permutation'], intervals: ['clusteredPass.meanDifference'] },
    'non-inferiority': { tests: ['clusteredPass.noninferiority'], intervals: ['clusteredPass.meanDifference'] },
    equivalence: { tests: ['clusteredPass.equivalence'], intervals: ['clusteredPass.meanDifference'] },
  },
};

/** True where vignettes hang together in counterfactual pairs, so that single vignettes are not independent. */
export function isClustered(design: Pick<StudyDesign, 'vignettes'>): boolean {
  return design.vignettes.some((vignette) => vignette.pair !== undefined);
}

/** The cluster of each vignette, in their order: its counterfactual pair, or the vignette alone. */
export function clustersOf(design: Pick<StudyDesign, 'vignettes'>): string[] {
  return design.vignettes.map(({ id, pair }) => (pair === undefined ? `vignette ${id}` : `pair ${pair.id}`));
}

/** The tests and intervals by which a claim about an outcome can be registered. */
export function permitted(outcome: StudyOutcome, claim: Hypothesis['claim'], clustered: boolean): Choice {
  const kind = outcome.of === 'pass' ? 'pass' : 'score';
  if (!clustered) return choices[kind][claim];
  return choices[kind === 'pass' ? 'clusteredPass' : 'clusteredScore'][claim];
}

/** The test and the interval of a secondary contrast: the registered ones where they fit, else the first that do. */
export function secondaryPrimary(
  design: Pick<StudyDesign, 'vignettes' | 'registration'>,
  outcome: StudyOutcome,
): { test: PrimaryTest; interval: PrimaryInterval } {
  const { test, interval } = design.registration;
  const { tests, intervals } = permitted(outcome, 'difference', isClustered(design));
  const [firstTest = test] = tests;
  const [firstInterval = interval] = intervals;
  return {
    test: tests.includes(test) ? test : firstTest,
    interval: intervals.includes(interval) ? interval : firstInterval,
  };
}

/** An outcome as reports name it. */
export function outcomeName(outcome: StudyOutcome): string {
  if (outcome.of === 'total') return 'total';
  return outcome.of === 'axis' ? outcome.axis : `pass at ${outcome.threshold}`;
}
