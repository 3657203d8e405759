import type { GuidelineContent } from './guideline-schema.ts';
import type { Profile } from './schema.ts';

/**
 * What is wrong with a guideline for this profile, or undefined: an id used twice, a criterion or dimension that the
 * profile does not have, or a criterion that no section explains.
 */
export function guidelineProblem(
  content: GuidelineContent,
  profile: Pick<Profile, 'rubrics' | 'dimensions'>,
): string | undefined {
  const criteria = profile.rubrics.flatMap((rubric) => rubric.criteria.map((one) => one.id));
  const dimensions = profile.dimensions.map((one) => one.code);
  const ids = content.sections.map((section) => section.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) return `the section "${twice}" is there twice; give each its own id.`;
  for (const { id, criterion, dimension } of content.sections) {
    if (criterion !== undefined && !criteria.includes(criterion))
      return `the section "${id}" explains the criterion "${criterion}", which no rubric has.`;
    if (dimension !== undefined && !dimensions.includes(dimension))
      return `the section "${id}" explains the dimension "${dimension}", which the profile does not have.`;
  }
  const unexplained = criteria.find((one) => !content.sections.some((section) => section.criterion === one));
  return unexplained === undefined ? undefined : `no section explains the criterion "${unexplained}".`;
}
