import type { Rubric } from '../../profile/schema.ts';
import type { RatingCounts, ReviewerCounts } from '../counts-schema.ts';
import type { AgreementItem, AgreementReport, SliceBy } from '../schema.ts';
import { criterionAgreement } from './criterion.ts';
import { dimensionAgreement } from './dimension.ts';
import { reviewerAgreement } from './reviewer.ts';
import { stepAgreement } from './step-marks.ts';

/** Bootstrap replicates over everything, in each slice, and for each reviewer. */
const replicates = { all: 2_000, slice: 1_000, reviewer: 500 };

type Place = { kind: string; language: string; specialty: string | null };

/** All agreement figures of a report from the counts of first reviews. */
export function agreementOf(
  counts: RatingCounts,
  rubrics: Rubric[],
  by: Exclude<SliceBy, 'reviewer'>,
): Pick<AgreementReport, 'criteria' | 'dimensions' | 'steps'> {
  const criteria = criteriaOf(rubrics);
  const sliceOf = slicer(by, rubrics);
  const slices = by === 'all' ? [undefined] : [...new Set(counts.raters.map(sliceOf))].sort();
  const inSlice = <T extends Place>(rows: T[], slice: string | undefined): T[] =>
    slice === undefined ? rows : rows.filter((row) => sliceOf(row) === slice);
  const dimensions = [...new Set(counts.dimensions.map((one) => one.dimension))].sort();
  return {
    criteria: slices.flatMap((slice) => {
      const scores = inSlice(counts.scores, slice);
      const raters = inSlice(counts.raters, slice);
      return criteria.flatMap((criterion): AgreementItem[] => {
        const patterns = scores.filter((one) => one.criterion === criterion);
        const settings = {
          raters: ratersOf(raters, patterns),
          replicates: slice === undefined ? replicates.all : replicates.slice,
          ...(slice === undefined ? {} : { slice }),
        };
        // Over everything a criterion that nobody used is shown, in a slice where it does not apply it is not.
        return patterns.length === 0 && slice !== undefined ? [] : [criterionAgreement(criterion, patterns, settings)];
      });
    }),
    dimensions: slices.flatMap((slice) => {
      const rows = { dimensions: inSlice(counts.dimensions, slice), judged: inSlice(counts.judged, slice) };
      if (rows.judged.length === 0) return [];
      const raters = ratersOf(inSlice(counts.raters, slice), rows.judged);
      const settings = { raters, ...(slice === undefined ? {} : { slice }) };
      return dimensions.map((dimension) => dimensionAgreement(dimension, rows, settings));
    }),
    ...(by === 'all' ? { steps: stepAgreement(counts, replicates.all) } : {}),
  };
}

/** The slice that a place belongs to; what has no specialty is a slice of its own, named by the empty text. */
function slicer(by: SliceBy, rubrics: Rubric[]): (place: Place) => string {
  if (by === 'language') return (place) => place.language;
  if (by === 'specialty') return (place) => place.specialty ?? '';
  return (place) => rubrics.find((rubric) => rubric.kinds.some((kind) => kind === place.kind))?.track ?? place.kind;
}

/** How many people reviewed questions of the kinds that the rows are about. */
function ratersOf(raters: RatingCounts['raters'], rows: { kind: string }[]): number {
  const kinds = new Set(rows.map((row) => row.kind));
  return new Set(raters.filter((one) => kinds.has(one.kind)).map((one) => one.reviewer)).size;
}

/** Each reviewer's agreement with the others, per criterion that they scored in rounds with others. */
export function reviewerAgreements({ patterns }: ReviewerCounts, rubrics: Rubric[]): AgreementItem[] {
  const byReviewer = Map.groupBy(patterns, (row) => row.reviewer);
  return [...byReviewer.keys()].sort().flatMap((reviewer) => {
    const own = Map.groupBy(byReviewer.get(reviewer) ?? [], (row) => row.criterion);
    return criteriaOf(rubrics).flatMap((criterion) => {
      const rows = own.get(criterion);
      return rows === undefined ? [] : [reviewerAgreement(reviewer, criterion, rows, replicates.reviewer)];
    });
  });
}

function criteriaOf(rubrics: Rubric[]): string[] {
  return rubrics.flatMap((rubric) => rubric.criteria.map((criterion) => criterion.id));
}
