import type { Context } from '../../context/context.ts';
import { criteriaJudge } from '../../judging/criteria-judge.ts';
import { type ScaleJudge, scale } from '../../judging/judge.ts';
import { jury } from '../../judging/jury.ts';
import { rubricJudge } from '../../judging/rubric-judge.ts';
import { succeededRun } from '../actions.ts';
import { criteriaOf, judgeName } from './definition.ts';
import type { OpenJudge } from './open-judge.ts';
import { rewardModelJudge } from './reward-model.ts';
import type { JudgeDefinition } from './schema.ts';

/** Opens the judge of a definition; `not_found` or `conflict` where an endpoint or a run is missing. */
export async function openJudge(ctx: Context, definition: JudgeDefinition): Promise<OpenJudge> {
  if (definition.kind === 'reward-model') {
    const { result } = await succeededRun(ctx, definition.run);
    // What the model gave, on average, to traces that clinicians had rejected and it had not trained on.
    const measured = result.metrics['held_out.rejected_mean'] ?? undefined;
    const floor = definition.floor ?? measured;
    const { directory, sha256 } = result.adapter;
    return rewardModelJudge(ctx.scorer, { name: definition.run, directory, sha256 }, floor);
  }
  return onScale(await openScaleJudge(ctx, definition));
}

type ScaleDefinition = Exclude<JudgeDefinition, { kind: 'reward-model' }>;

async function openScaleJudge(ctx: Context, definition: ScaleDefinition): Promise<ScaleJudge> {
  const name = judgeName(definition);
  if (definition.kind === 'jury')
    return jury(name, await Promise.all(definition.members.map((member) => openScaleJudge(ctx, member))));
  const { seed } = definition;
  const client = await ctx.models.client(definition.endpoint);
  if (definition.kind === 'rubric') return rubricJudge({ name, client, rubric: ctx.profile.judging.rubric, seed });
  return criteriaJudge({ name, client, rubric: criteriaOf(ctx.profile.judging, definition.rubric), seed });
}

function onScale(judge: ScaleJudge): OpenJudge {
  const { name, version, instructions } = judge;
  return {
    name,
    version,
    instructions,
    floor: scale.lowest,
    normal: (score) => (score - scale.lowest) / (scale.highest - scale.lowest),
    score: (tasks, call) => judge.score(tasks, call),
    refuse: async (tasks) => tasks.map(() => ({ score: scale.lowest, reason: 'refused by the rules', members: [] })),
  };
}
