import { AppError } from '../../core/error.ts';
import type { CriteriaRubric, JudgingRules } from '../../profile/judging-schema.ts';
import type { JudgeDefinition, RewardDefinition } from './schema.ts';

/** Runs and endpoints that a judge is made of. */
export function partsOfJudge(judge: JudgeDefinition): { runs: string[]; endpoints: string[] } {
  if (judge.kind === 'reward-model') return { runs: [judge.run], endpoints: [] };
  if (judge.kind === 'jury') return { runs: [], endpoints: judge.members.map((member) => member.endpoint) };
  return { runs: [], endpoints: [judge.endpoint] };
}

/** Runs and endpoints that must exist for a definition; refuses a held-out judge that shares a model with the reward. */
export function partsOfDefinition(definition: RewardDefinition): { runs: string[]; endpoints: string[] } {
  const reward = partsOfJudge(definition);
  const watching = definition.heldOut === undefined ? { runs: [], endpoints: [] } : partsOfJudge(definition.heldOut);
  const shared = [
    ...watching.runs.filter((run) => reward.runs.includes(run)),
    ...watching.endpoints.filter((endpoint) => reward.endpoints.includes(endpoint)),
  ];
  if (shared.length > 0)
    throw new AppError(
      'invalid_input',
      `reward.heldOut uses "${shared[0]}", which gives the reward as well: a held-out judge must be another model. Name another endpoint or run.`,
    );
  return { runs: [...reward.runs, ...watching.runs], endpoints: [...reward.endpoints, ...watching.endpoints] };
}

/** What people call a judge; it stands in every judgment. A reward model has the name of its run. */
export function judgeName(judge: JudgeDefinition): string {
  if (judge.kind === 'reward-model') return judge.run;
  if (judge.kind === 'jury') return `jury(${judge.members.map(judgeName).join(', ')})`;
  if (judge.kind === 'criteria') return `criteria(${judge.endpoint})`;
  return `rubric(${judge.endpoint})`;
}

/** The set of criteria itself, or the one of that name in the profile. */
export function criteriaOf(rules: JudgingRules, rubric: string | CriteriaRubric): CriteriaRubric {
  if (typeof rubric !== 'string') return rubric;
  const found = rules.criteria.find(({ id }) => id === rubric);
  if (found !== undefined) return found;
  const known = rules.criteria.map(({ id }) => id).join(', ');
  throw new AppError('not_found', `The profile has no set of criteria "${rubric}" (judging.yaml has: ${known}).`);
}

/** Refuses a definition that names a set of criteria which the profile does not have. */
export function requireCriteria(rules: JudgingRules, definition: RewardDefinition): void {
  for (const judge of [definition, ...(definition.heldOut === undefined ? [] : [definition.heldOut])])
    for (const one of judge.kind === 'jury' ? judge.members : [judge])
      if (one.kind === 'criteria') criteriaOf(rules, one.rubric);
}
