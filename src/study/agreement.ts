import { agreementTable } from '../statistics/agreement/table.ts';
import { plain } from './finding.ts';
import type { StudyAnalysis } from './report-schema.ts';
import type { CountedRating } from './scores.ts';
import type { SealedDesign } from './sealed-design.ts';

const points = [1, 2, 3, 4, 5];
const shown =
  /^(krippendorffAlpha\.(ordinal|interval)|percentAgreement(\.within1)?|weighted\.quadratic\.gwetAC|icc\.2_1|icc\.2_k)$/;

/**
 * Agreement of the raters on each axis and on the total, over the responses: Krippendorff's ordinal alpha with a bootstrap
 * interval over responses (interval alpha for the total), and the intraclass correlations where no rating is missing.
 */
export function agreementOf(
  { design, axes }: SealedDesign,
  ratings: readonly CountedRating[],
): StudyAnalysis['agreement'] {
  const counted = ratings.filter((one) => one.excluded === undefined);
  const raters = [...new Set(counted.map((one) => one.rater))].sort();
  const byResponse = [...Map.groupBy(counted, (one) => one.of.id).values()];
  const table = (scoreOf: (one: CountedRating) => number): (number | null)[][] =>
    byResponse.map((some) =>
      raters.map((rater) => {
        const one = some.find((rating) => rating.rater === rater);
        return one === undefined ? null : scoreOf(one);
      }),
    );
  const options = { seed: design.seed, replicates: 2000, raterNames: raters };
  const of = (axis: string, report: ReturnType<typeof agreementTable>): StudyAnalysis['agreement'][number] => ({
    axis,
    results: report.results.filter((one) => shown.test(one.statistic)).map(plain),
    notes: report.notes.filter((note) => !note.startsWith('No scale')),
  });
  return [
    ...axes.map(({ id }) =>
      of(
        id,
        agreementTable(
          table((one) => one.scores[id] ?? Number.NaN),
          'ordinal',
          { ...options, scale: points },
        ),
      ),
    ),
    of(
      'total',
      agreementTable(
        table((one) => one.total),
        'interval',
        options,
      ),
    ),
  ];
}
