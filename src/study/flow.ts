import type { Flow } from './report-schema.ts';
import type { StudyProgress } from './schema.ts';
import { armScores, type CountedRating } from './scores.ts';
import type { SealedDesign } from './sealed-design.ts';

/** How many vignettes, responses and ratings were planned, came, and count, by arm and by rater, and why others do not. */
export function flowOf({ design }: SealedDesign, ratings: readonly CountedRating[], progress: StudyProgress): Flow {
  const excluded = ratings.filter((one) => one.excluded !== undefined);
  const scores = new Map(armScores(design, ratings, { of: 'total' }).map((arm) => [arm.name, arm.values]));
  const { perResponse } = design.raters;
  const reasons = Map.groupBy(excluded, (one) => one.excluded ?? '');
  return {
    vignettes: design.vignettes.length,
    counterfactualPairs: design.vignettes.filter((one) => one.pair?.side === 'base').length,
    arms: design.arms.map(({ id, kind, people }) => {
      const count = progress.responses.find((one) => one.arm === id);
      const responses = count?.received ?? 0;
      const of = (some: readonly CountedRating[]): number => some.filter((one) => one.of.arm === id).length;
      return {
        arm: id,
        kind,
        people,
        responsesPlanned: count?.planned ?? 0,
        responses,
        ratingsPlanned: responses * perResponse,
        ratings: of(ratings),
        excluded: of(excluded),
        vignettesAnalysed: (scores.get(id) ?? []).filter((value) => value !== null).length,
      };
    }),
    ratings: {
      planned: progress.ratings.planned,
      received: ratings.length,
      imported: ratings.filter((one) => one.imported).length,
      excluded: excluded.length,
      analysed: ratings.length - excluded.length,
    },
    exclusions: [...reasons].map(([reason, some]) => ({ reason, ratings: some.length })),
    raters: progress.raters.map(({ rater, imported, planned }) => {
      const own = ratings.filter((one) => one.rater === rater && one.imported === imported);
      return { rater, imported, planned, ratings: own.length, excluded: own.filter((one) => one.excluded).length };
    }),
  };
}
