import { type Context, reader } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { succeededRun } from '../../training/actions.ts';
import { recordDigest } from '../lines.ts';
import { classifierCard, juryCard, llmCard, rewardCard } from './card.ts';
import { writeArtefact } from './classifier/artefact.ts';
import type { Judge } from './judge.ts';
import { openJury } from './kinds/jury-judge.ts';
import { llmDefinition, openLlmJudge } from './kinds/llm-judge.ts';
import { openRewardJudge, type RewardModelSource, trainRewardJudge } from './kinds/reward-judge.ts';
import { openTrainedJudge, trainClassifier } from './kinds/trained-judge.ts';
import { sharedName } from './lineage.ts';
import type { CalibrateInput, JudgeLabel, JudgeRecord, JuryDefinition, LlmKind, StoredDefinition } from './schema.ts';
import { kindOf } from './schema.ts';
import { readJudge, type StoredJudge } from './store.ts';

/** A judge before it is measured: itself, what is recorded of how it was made, and its definition, if it is no file. */
export type MadeJudge = {
  judge: Judge;
  made: Pick<JudgeRecord, 'lineage' | 'trainingRows' | 'trainingRowsSha256' | 'card' | 'endpoint'>;
  definition?: StoredDefinition;
};

/** Makes the judge that is asked for; what is taught is taught from the labels of split `train` only. */
export async function makeJudge(
  ctx: Context,
  input: CalibrateInput,
  labels: readonly JudgeLabel[],
): Promise<MadeJudge> {
  const kind = kindOf(input);
  // The schema of the input has seen to it that each kind comes with its part.
  if (kind === 'jury') return jury(ctx, input, labels, input.members ?? []);
  if (kind === 'reward-model') return rewardModel(ctx, input, labels, input.run ?? '');
  if (kind === 'classifier') return classifier(ctx, input, labels);
  return llm(ctx, input, labels, { kind, endpoint: input.endpoint ?? '' });
}

async function classifier(ctx: Context, input: CalibrateInput, labels: readonly JudgeLabel[]): Promise<MadeJudge> {
  const artefact = await trainClassifier(ctx.scorer, input, labels);
  const id = await writeArtefact(ctx.workspace, artefact);
  return {
    judge: await openTrainedJudge(ctx, id),
    made: {
      lineage: artefact.lineage,
      trainingRows: artefact.trainingRows.length,
      trainingRowsSha256: recordDigest({ rows: artefact.trainingRows }),
      card: classifierCard(artefact, labels),
    },
  };
}

const untaught = { trainingRows: 0, trainingRowsSha256: recordDigest({ rows: [] }) };

async function llm(
  ctx: Context,
  input: CalibrateInput,
  labels: readonly JudgeLabel[],
  { kind, endpoint }: { kind: LlmKind; endpoint: string },
): Promise<MadeJudge> {
  const { language = 'en', lineage = [] } = input;
  const client = await ctx.models.client(endpoint);
  const definition = llmDefinition(client, ctx.profile, { ...input, kind, endpoint, language, lineage });
  const card = llmCard(definition, ctx.profile.redTeamJudges, labels);
  return {
    judge: openLlmJudge(definition, ctx.profile),
    made: { ...untaught, endpoint, lineage: definition.lineage, card },
    definition,
  };
}

async function rewardModel(
  ctx: Context,
  input: CalibrateInput,
  labels: readonly JudgeLabel[],
  run: string,
): Promise<MadeJudge> {
  const source = await rewardSource(ctx, run, input.lineage);
  const definition = await trainRewardJudge(ctx.scorer, source, input, labels);
  const { trainingRows: rows, lineage } = definition;
  return {
    judge: openRewardJudge(definition, source),
    made: {
      lineage,
      trainingRows: rows.length,
      trainingRowsSha256: recordDigest({ rows }),
      card: rewardCard(definition, labels),
    },
    definition,
  };
}

async function rewardSource(ctx: Context, name: string, lineage: readonly string[] = []): Promise<RewardModelSource> {
  const { input, result } = await succeededRun(ctx, name);
  if (input.stage !== 'reward')
    throw new AppError('invalid_input', `The run "${name}" trained no reward model (its stage is ${input.stage}).`);
  const { base, adapter } = result;
  const made = [input.name, base.name, base.sha256, ...(input.from === undefined ? [] : [input.from]), ...lineage];
  return {
    run: input.name,
    directory: adapter.directory,
    adapterSha256: adapter.sha256,
    lineage: [...new Set(made)],
  };
}

async function jury(
  ctx: Context,
  input: CalibrateInput,
  labels: readonly JudgeLabel[],
  names: readonly string[],
): Promise<MadeJudge> {
  const stored: StoredJudge[] = [];
  for (const name of names) stored.push(await storedJudge(ctx, name));
  const members = stored.map(({ record: { id, name, kind } }) => ({ id, name, kind }));
  if (new Set(members.map(({ id }) => id)).size < members.length)
    throw new AppError('invalid_input', 'A jury needs different members; one judge is named twice.');
  if (members.some(({ kind }) => kind === 'jury'))
    throw new AppError('invalid_input', 'A jury cannot be a member of a jury; name its members.');
  const definition: JuryDefinition = {
    format: 'safemed-jury/1',
    name: input.name,
    dataset: input.dataset,
    lineage: [...new Set(stored.flatMap(({ record }) => record.lineage))],
    rule: input.rule ?? 'majority',
    members: members.map(({ id, name }) => ({ id, name })),
  };
  const opened: Judge[] = [];
  for (const one of stored) opened.push(await openStored(ctx, one));
  return {
    judge: openJury(definition, opened),
    made: { ...untaught, lineage: definition.lineage, card: [...juryCard(definition, labels), ...kinship(stored)] },
    definition,
  };
}

/** Members of one line are no independent witnesses. */
function kinship(members: readonly StoredJudge[]): string[] {
  return members.flatMap(({ record: a }, i) =>
    members.slice(i + 1).flatMap(({ record: b }) => {
      const shared = sharedName(a.lineage, b.lineage);
      return shared === undefined
        ? []
        : [`Its members ${a.name} and ${b.name} come from the same model (${shared}); that they agree proves less.`];
    }),
  );
}

/** A judge by digest, or the latest of a name; `not_found` where there is none. */
export async function storedJudge(ctx: Context, idOrName: string): Promise<StoredJudge> {
  const stored = await readJudge(reader(ctx), idOrName);
  if (stored === undefined)
    throw new AppError('not_found', `There is no judge "${idOrName}". Make one with "safemed judge calibrate".`);
  return stored;
}

/** Opens a stored judge of any kind; `conflict` where it was made by words or weights that are no longer there. */
export async function openStored(ctx: Context, { record, definition }: StoredJudge): Promise<Judge> {
  if (definition === undefined) return openTrainedJudge(ctx, record.id);
  switch (definition.format) {
    case 'safemed-llm-judge/2':
      return openLlmJudge(definition, ctx.profile);
    case 'safemed-reward-judge/1':
      return openRewardJudge(definition, await rewardSource(ctx, definition.run));
    case 'safemed-jury/1': {
      const members: Judge[] = [];
      for (const { id } of definition.members) members.push(await openStored(ctx, await storedJudge(ctx, id)));
      return openJury(definition, members);
    }
    case 'safemed-llm-judge/1':
      throw new AppError(
        'conflict',
        `The judge "${definition.name}" was made by an earlier version, with other instructions. Calibrate it again.`,
      );
  }
}
