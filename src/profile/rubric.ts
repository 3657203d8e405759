import { AppError } from '../core/error.ts';
import type { Criterion, Profile, QuestionKind, Rubric } from './schema.ts';

/** The rubric by which questions of a kind are reviewed. */
export function rubricFor(profile: Profile, kind: QuestionKind): Rubric {
  const rubric = profile.rubrics.find((one) => one.kinds.includes(kind));
  if (rubric === undefined)
    throw new AppError(
      'invalid_input',
      `The profile "${profile.head.id}" has no rubric for ${kind} questions (rubrics.yaml).`,
    );
  return rubric;
}

/** The criteria of that rubric which apply to the kind, in order. */
export function criteriaFor(profile: Profile, kind: QuestionKind): Criterion[] {
  return rubricFor(profile, kind).criteria.filter((criterion) => criterion.kinds.includes(kind));
}

/** Position of a severity in the profile's scale, 0 = mildest. Unknown codes are refused. */
export function severityRank(profile: Profile, code: string): number {
  const rank = profile.severities.findIndex((severity) => severity.code === code);
  if (rank < 0)
    throw new AppError(
      'invalid_input',
      `Unknown severity "${code}". Known: ${profile.severities.map((severity) => severity.code).join(', ')}.`,
    );
  return rank;
}
