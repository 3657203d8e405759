import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { runEvaluation } from '../evaluation/job.ts';
import { type JobControl, shutdown } from '../jobs/schema.ts';
import { getTrainingRun, startTraining, stopTraining, succeededRun } from '../training/actions.ts';
import { type RunResult, StartRun, type TrainingRun } from '../training/schema.ts';
import { ablationOf, armName, armsEvaluation, completeAblation, recordArm, trainedArms } from './actions.ts';
import { registerArm } from './register.ts';
import { type Ablation, AblationJobInput, type AblationResult, type Arm, type TrainedArm } from './schema.ts';

const pollMilliseconds = 500;

/**
 * Trains both arms under every seed, asks all of them the same questions and closes the ablation. Resumable: arms bear
 * names that follow from the ablation's, so a run that is there is awaited or taken, and never trained twice.
 */
export async function runAblation(ctx: Context, rawInput: unknown, control: JobControl): Promise<AblationResult> {
  const ablation = await ablationOf(ctx, AblationJobInput.parse(rawInput).ablation);
  const { seeds, matchRows } = ablation.input;
  const total = 2 * seeds.length;
  let done = 0;
  const train = async (arm: Arm, seed: number, rows?: number): Promise<TrainedArm> => {
    const message = `${armName(ablation.name, arm, seed)} in training`;
    await control.progress({ done, total, unit: 'models', message });
    const trained = await trainedArm(ctx, { ablation, arm, seed, rows }, control.signal);
    done++;
    return trained;
  };
  for (const seed of seeds) {
    // First the arm that decides how many rows the other one gets.
    const { rows } = await train('without', seed);
    await train('full', seed, matchRows ? rows : undefined);
  }
  const evaluation = await armsEvaluation(ctx, ablation);
  await runEvaluation(ctx, { evaluation }, control);
  if (control.signal.aborted) throw new AppError('incomplete', `The ablation "${ablation.name}" was stopped.`);
  await completeAblation(ctx, ablation.id);
  return { ablation: ablation.id, models: total, evaluation };
}

type Wanted = { ablation: Ablation; arm: Arm; seed: number; rows: number | undefined };

async function trainedArm(ctx: Context, wanted: Wanted, signal: AbortSignal): Promise<TrainedArm> {
  const { ablation, arm, seed } = wanted;
  const known = (await trainedArms(ctx, ablation)).find((one) => one.arm === arm && one.seed === seed);
  if (known !== undefined) return known;
  const run = await trained(ctx, runInput(wanted), signal);
  const rows = run.result.composition?.rows;
  if (rows === undefined)
    throw new AppError(
      'conflict',
      `The run "${run.name}" does not say what it was trained on; it is of an older version.`,
    );
  const made = { arm, seed, run: run.name, model: await registerArm(ctx, run), rows };
  await recordArm(ctx, ablation, made);
  return made;
}

/** The run of an arm: the recipe as it stands, without the part or with all of it. */
function runInput({ ablation: { name, input }, arm, seed, rows: matched }: Wanted): StartRun {
  const { stage, release, base, from, maxSteps, args, lora, mixture, omit } = input;
  const rows = matched ?? input.rows;
  return StartRun.parse({
    name: armName(name, arm, seed),
    stage,
    release,
    base,
    seed,
    args,
    lora,
    ...(from === undefined ? {} : { from }),
    ...(maxSteps === undefined ? {} : { maxSteps }),
    ...(mixture === undefined ? {} : { mixture }),
    ...(rows === undefined ? {} : { rows }),
    ...(arm === 'without' ? { omit } : {}),
  });
}

/** Starts a run, or finds it, and waits until it has succeeded. When the ablation is stopped, so is its run. */
async function trained(
  ctx: Context,
  input: StartRun,
  signal: AbortSignal,
): Promise<TrainingRun & { result: RunResult }> {
  let run = await startTraining(ctx, input);
  while (run.state === 'specified' || run.state === 'running') {
    if (signal.aborted) {
      if (signal.reason !== shutdown) await stopTraining(ctx, run.id);
      throw new AppError('incomplete', `The ablation was stopped while "${run.name}" was in training.`);
    }
    await sleep(pollMilliseconds);
    run = await getTrainingRun(ctx, run.id);
  }
  if (run.state !== 'succeeded')
    throw new AppError(
      run.state === 'stopped' ? 'incomplete' : 'check_failed',
      `The run "${run.name}" ${run.state === 'stopped' ? 'was stopped' : 'failed'}: ${run.error ?? 'no reason is recorded'} Start the ablation again to go on.`,
    );
  return succeededRun(ctx, run.id);
}
