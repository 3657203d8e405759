import {
  type BinaryCluster,
  binaryAlpha,
  pooledClusters,
  positiveAgreement,
} from '../../statistics/agreement/step-agreement.ts';
import { patternBootstrap } from '../../statistics/resampling/pattern-bootstrap.ts';
import { sum } from '../../statistics/vector.ts';
import type { RatingCounts } from '../counts-schema.ts';
import { bootstrapFigure, seed, tooFew } from '../figure.ts';
import type { StepAgreement } from '../schema.ts';

const alpha = {
  statistic: 'krippendorffAlpha.nominal',
  method: "Krippendorff's alpha, nominal difference, over the steps of instances",
};
const positive = {
  statistic: 'specificAgreement',
  method: 'Specific agreement on "wrong" (F1 between reviewers)',
};

/**
 * Agreement on whether a step is wrong, over steps that two or more reviewers marked; an unmarked step is missing, not
 * right. Steps of one instance hang together, so intervals come from resampling whole instances.
 */
export function stepAgreement(
  { steps, stepsMarkedOnce }: Pick<RatingCounts, 'steps' | 'stepsMarkedOnce'>,
  replicates: number,
): StepAgreement {
  const clusters: BinaryCluster[] = steps.map(({ wrong, other, unlike }) => ({
    positive: wrong,
    negative: other,
    unlike,
  }));
  const times = steps.map((one) => one.instances);
  const instances = sum(times);
  const n = sum(steps.map((one) => one.steps * one.instances));
  const base = { n, instances, single: stepsMarkedOnce };
  const few = tooFew(alpha, instances);
  if (few !== undefined) return { ...base, headline: few, beside: [] };
  const figure = (label: typeof alpha, statistic: typeof binaryAlpha) =>
    bootstrapFigure(
      label,
      patternBootstrap(times, (drawn) => statistic(pooledClusters(clusters, drawn)).value, { seed, replicates }),
      'instances',
    );
  return { ...base, headline: figure(alpha, binaryAlpha), beside: [figure(positive, positiveAgreement)] };
}
