import { randomUUID } from 'node:crypto';
import { requireRole } from '../../context/actor.ts';
import { type Context, reader, transact } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { finishTraining, getTrainingRun, refuseMisplaced } from '../actions.ts';
import { type ChosenLines, chooseLines, tally, trainsOnPairs } from '../data.ts';
import { registerExternal } from '../external.ts';
import { externalLauncher } from '../launch/schema.ts';
import { type RunResult, StartRun, type TrainingRun } from '../schema.ts';
import { type Engine, type Plan, usesRay } from './engine.ts';
import { recipeEngines } from './engines.ts';
import { mixedKinds } from './mix.ts';
import { type ExportRecipe, type ExternalResult, RecipeArguments } from './schema.ts';
import { grpoSettings, mixesKinds, promptsPerStep, type Settings, settingsOf } from './settings.ts';
import { insertRecipe, readRecipes } from './store.ts';
import { type Recipe, writeRecipe } from './write.ts';

/**
 * A recipe with which an engine elsewhere trains on a frozen release. With a name its run is registered: it waits for its
 * engine's rewards and result, and the questions in its data are remembered. Nothing is written to the workspace.
 */
export async function exportRecipe(ctx: Context, input: ExportRecipe): Promise<Recipe> {
  requireRole(ctx.actor, 'engineer');
  const engine = recipeEngines[input.engine];
  refuseUnfit(input, engine);
  const settings = settingsOf(input);
  const { notes, inForce } = limitsOf({ input, settings }, engine);
  const start = startOf(input, inForce);
  refuseMisplaced(start);
  const lines = await chosenFor(ctx, input, { engine, start, settings });
  const hasValidation = lines.validation.length > 0 && (trainsOnPairs(input.stage) || input.stage === 'sft');
  const plan: Plan = { input, settings, hasValidation };
  return transact(ctx, async (ctx) => {
    const run = input.name === undefined ? undefined : await registerExternal(ctx, start);
    if (run !== undefined) refuseEnded(run);
    const recipe = await writeRecipe(plan, engine, { lines, run, notes, inForce });
    if (run !== undefined)
      await insertRecipe(ctx.tx, {
        id: randomUUID(),
        runId: run.id,
        engine: input.engine,
        composition: lines.composition,
        questions: [...new Set(lines.train.map(({ question }) => question))].sort(),
        files: recipe.head.files,
        by: ctx.actor.id,
        at: ctx.clock.now(),
      });
    return recipe;
  });
}

function refuseUnfit({ engine, stage, name, reward, server }: ExportRecipe, { stages }: Engine): void {
  if (!stages.includes(stage))
    throw new AppError('invalid_input', `${engine} does not train the stage ${stage}; it has ${stages.join(', ')}.`);
  if (stage === 'grpo' && (name === undefined || reward === undefined))
    throw new AppError(
      'invalid_input',
      'A GRPO recipe needs "name", the run in whose name its engine asks for rewards, and "reward", who judges.',
    );
  if (stage === 'grpo' && usesRay.has(engine) && server === undefined)
    throw new AppError(
      'invalid_input',
      `${engine} runs its reward function in Ray's workers, which get no variable of the launch script: give "server" (--reward-server), the address at which they reach this server.`,
    );
  if (stage !== 'grpo' && reward !== undefined)
    throw new AppError('invalid_input', `"reward" is a setting of GRPO; leave it out for the stage ${stage}.`);
}

/** The recipe as the run that it is. */
function startOf(input: ExportRecipe, settings: RecipeArguments): StartRun {
  const { name = 'recipe', stage, release, base, seed, reward, rows, preset, mixture, omit, lora } = input;
  return StartRun.parse({
    ...{ name, stage, release, base, seed, launcher: externalLauncher },
    ...(reward === undefined ? {} : { reward }),
    ...(rows === undefined ? {} : { rows }),
    ...(preset === undefined ? {} : { preset }),
    ...(mixture === undefined ? {} : { mixture }),
    ...(omit === undefined ? {} : { omit }),
    args: { ...settings },
    lora: { ...lora },
  });
}

async function chosenFor(
  ctx: Context,
  input: ExportRecipe,
  { engine, start, settings }: { engine: Engine; start: StartRun; settings: Settings },
): Promise<ChosenLines> {
  const { release } = input;
  const lines = await chooseLines(ctx, start, (row, index) => engine.line(input.stage, row, { release, index }));
  if (!mixesKinds(input)) return lines;
  const train = mixedKinds(lines.train, promptsPerStep(input, grpoSettings(settings)), input.seed);
  return {
    ...lines,
    train,
    composition: { ...lines.composition, rows: train.length, kinds: tally(train.map(({ kind }) => kind)) },
  };
}

/**
 * What the engine cannot do: refused where it was asked for by name; where a preset asks for it, told in notes and taken out
 * of the settings in force.
 */
function limitsOf(
  plan: Pick<Plan, 'input' | 'settings'>,
  engine: Engine,
): { notes: string[]; inForce: RecipeArguments } {
  const limits = engine.limits(plan);
  const asked = limits.find(({ setting }) => setting in plan.input.args);
  if (asked !== undefined)
    throw new AppError('invalid_input', `${plan.input.engine} cannot do "${asked.setting}" as asked: ${asked.why}.`);
  const preset = plan.input.preset ?? 'paper';
  const notes = limits.map(({ setting, why }) =>
    setting === 'preset'
      ? `Not as in the preset ${preset}: ${why}.`
      : `Not as in the preset ${preset} (${setting}): ${why}.`,
  );
  const left = new Set<string>(limits.map(({ setting }) => setting));
  const inForce = Object.fromEntries(Object.entries(plan.settings).filter(([name]) => !left.has(name)));
  return { notes, inForce: RecipeArguments.parse(inForce) };
}

function refuseEnded({ name, state }: TrainingRun): void {
  if (state === 'specified' || state === 'running') return;
  throw new AppError('conflict', `The run "${name}" is over: it is ${state}. Give the recipe another name.`);
}

/**
 * Ends a run that was trained elsewhere: with its result, or with why it has none. It gets no more rewards. `conflict` for
 * a run of this program, one that is over, and a GRPO run that says it succeeded and never asked for a reward.
 */
export async function recordResult(ctx: Context, idOrName: string, end: ExternalResult): Promise<TrainingRun> {
  requireRole(ctx.actor, 'engineer');
  return transact(ctx, async (ctx) => {
    const run = await getTrainingRun(ctx, idOrName);
    if (run.input.launcher !== externalLauncher)
      throw new AppError(
        'conflict',
        `The run "${run.name}" is trained by this program, which writes its result itself.`,
      );
    if (run.state !== 'specified' && run.state !== 'running')
      throw new AppError('conflict', `The run "${run.name}" is over: it is ${run.state}.`);
    if (end.state !== 'succeeded') await finishTraining(ctx, run, end);
    else {
      if (run.stage === 'grpo' && run.state === 'specified')
        throw new AppError(
          'conflict',
          `The run "${run.name}" never asked for a reward here, so it cannot have been trained by them.`,
        );
      await finishTraining(ctx, run, { state: 'succeeded', result: await resultOf(ctx, run, end) });
    }
    return getTrainingRun(ctx, run.id);
  });
}

type Succeeded = Extract<ExternalResult, { state: 'succeeded' }>;

async function resultOf(ctx: Context, run: TrainingRun, end: Succeeded): Promise<RunResult> {
  const recipes = await readRecipes(reader(ctx), run.id);
  const { base, adapter, steps, seconds, tokens, metrics, leftOut, trainedOn } = end;
  const composition = recipes.at(-1)?.composition;
  const left = new Set(leftOut);
  const given = new Set([...recipes.flatMap(({ questions }) => questions), ...(trainedOn ?? [])]);
  const questions = [...given].filter((id) => !left.has(id)).sort();
  if (questions.length === 0)
    throw new AppError(
      'invalid_input',
      `What the run "${run.name}" was trained on is not known here: give "trainedOn", the ids of its questions.`,
    );
  return {
    base: { name: run.base, ...base },
    adapter,
    args: run.input.args,
    ...(composition === undefined ? {} : { composition }),
    rows: (composition?.rows ?? questions.length) - left.size,
    tokens,
    truncated: left.size,
    steps,
    seconds,
    metrics,
    trainedOn: run.stage === 'reward' ? [] : questions,
    ...(run.stage === 'dpo' || run.stage === 'grpo' ? { reference: `base ${base.sha256}` } : {}),
  };
}
