import { agreementTable } from '../../statistics/agreement/table.ts';
import type { SetPlan } from '../schema.ts';
import type { JudgeAgreement } from './schema.ts';
import type { JudgedReply } from './store.ts';

const shown = /^(krippendorffAlpha\.(ordinal|interval)|percentAgreement(\.within1)?|icc\.2_1)$/;

/**
 * How far the judges of a set agree on the same replies of one target: Krippendorff's alpha on the benchmark's scale with a
 * bootstrap interval over replies, and what stands beside it. Agreement of judges is no proof that they are right.
 */
export function judgeAgreement(
  plan: SetPlan,
  replies: readonly JudgedReply[],
  of: { target: string; set: string; seed: number },
): JudgeAgreement {
  const { target, set, seed } = of;
  const judges = [...new Set(replies.flatMap((reply) => Object.keys(reply.scores)))].sort();
  const table = replies.map((reply) => judges.map((judge) => reply.scores[judge] ?? null));
  const { level, scale } = levelOf(plan);
  const options = { seed, replicates: 2000, raterNames: judges, ...(scale === undefined ? {} : { scale }) };
  const report = agreementTable(table, level, options);
  return {
    target,
    set,
    judges,
    replies: replies.length,
    missing: report.missing,
    figures: report.results
      .filter((one) => shown.test(one.statistic))
      .map(({ statistic, method, value, n, reason, ci95, ciMethod }) => ({
        statistic,
        method,
        value,
        n,
        ...(reason === undefined ? {} : { reason }),
        ...(ci95 === undefined ? {} : { ci95 }),
        ...(ciMethod === undefined ? {} : { ciMethod }),
      })),
  };
}

/** Points of a scale and degrees of declining are ordered; points of criteria lie at distances. */
function levelOf({ scoring }: SetPlan): { level: 'ordinal' | 'interval'; scale?: number[] } {
  switch (scoring.by) {
    case 'scale':
      return { level: 'ordinal', scale: [1, 2, 3, 4, 5] };
    case 'compliance':
      return { level: 'ordinal', scale: [0, 0.5, 1] };
    default:
      return { level: 'interval' };
  }
}
