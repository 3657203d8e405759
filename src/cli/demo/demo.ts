import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { createDirectories, type Workspace, workspaceAt } from '../../context/workspace.ts';
import { AppError } from '../../core/error.ts';
import { EvaluationReport } from '../../evaluation/report-schema.ts';
import { EvidenceReply } from '../../governance/evidence-schema.ts';
import { JudgeRecord } from '../../redteam/judges/schema.ts';
import { CampaignReport } from '../../redteam/reports/schema.ts';
import { Model } from '../../registry/schema.ts';
import { Release } from '../../release/schema.ts';
import { shipped } from '../../server/config.ts';
import { ensureEnvironment } from '../../training/engine/environment.ts';
import { RewardDefinition } from '../../training/rewards/schema.ts';
import { TrainingRun } from '../../training/schema.ts';
import { verifyExport } from '../../verify/verify-export.ts';
import { type Client, clientOf } from '../client.ts';
import { type Invocation, invocation } from '../command.ts';
import { connect } from '../connection.ts';
import { duration } from '../terminal.ts';
import { environmentProgress } from '../training/environment.ts';
import { Counted, countAll } from './counted.ts';
import { type Journal, openJournal, type Settings } from './journal.ts';
import { attack, calibrateJudge, examine } from './measure.ts';
import { asApprover, enrolPeople } from './people.ts';
import { openPractice, Practice } from './practice.ts';
import { collectSignals, ImportedCorpus, importCorpus, Signals } from './signals.ts';
import { buildSummary, summaryLines } from './summary.ts';
import { registerModels, type Trained, train } from './train.ts';

const example = shipped('examples', 'medication-safety');
const releaseName = 'medication-safety-demo';

type DemoOptions = { out: string; quick?: boolean; seed: number; base: string };

export function demoCommands(program: Command): void {
  program
    .command('demo')
    .option('--out <dir>', 'workspace of the demonstration', 'out/demo')
    .option('--quick', 'smaller: fewer rows, steps and probes; the figures are then even less to be relied on')
    .option('--seed <n>', 'seed of training and measuring', Number, 1)
    .option('--base <model>', 'smollm2 (shipped in a Python package), or the path of a GGUF file', 'smollm2')
    .description('the whole pipeline on the illustrative example; interrupted, the same command goes on')
    .action(async (options: DemoOptions, command: Command) => {
      const inv = invocation(command);
      const workspace = workspaceAt(resolve(options.out));
      prepareWorkspace(workspace);
      const settings = { seed: options.seed, base: options.base, quick: options.quick === true };
      const journal = openJournal(join(workspace.root, 'demo.json'), settings, () => new Date(), inv.terminal.say);
      refuseOtherSettings(journal.file, settings, workspace);
      await runDemo(inv, workspace, journal);
    });
}

/** A workspace whose teacher is the example's recorded replies, and whose Python environment is the checkout's. */
function prepareWorkspace(workspace: Workspace): void {
  if (existsSync(workspace.config)) return;
  mkdirSync(workspace.root, { recursive: true });
  createDirectories(workspace);
  writeFileSync(
    workspace.config,
    `# Workspace of the demonstration. Its data are illustrative and not verified by clinicians.
profile: medical
database: embedded
log: { origin: cts.local/safemed-demo }
python: { environment: ${JSON.stringify(relative(workspace.root, shipped('.venv')))} }
endpoints:
  teacher: { type: recorded, file: ${JSON.stringify(join(example, 'teacher-replies.jsonl'))}, model: recorded-teacher }
`,
  );
}

function refuseOtherSettings(known: Settings, asked: Settings, workspace: Workspace): void {
  for (const key of ['seed', 'base', 'quick'] as const)
    if (known[key] !== asked[key])
      throw new AppError(
        'conflict',
        `${workspace.root} holds a demonstration with ${key} ${known[key]}; choose another --out for ${key} ${asked[key]}.`,
      );
}

async function runDemo(inv: Invocation, workspace: Workspace, journal: Journal): Promise<void> {
  const { terminal } = inv;
  terminal.say('SafeMed-R1 demonstration: illustrative data, not verified by clinicians; every figure is measured.');
  await journal.stage('environment', z.null(), async () => {
    await ensureEnvironment({
      directory: shipped('.venv'),
      onProgress: environmentProgress(terminal),
    });
    return null;
  });
  const connection = await connect({ workspace: () => workspace });
  const client = clientOf(connection);
  try {
    await stages(inv, workspace, journal, client);
  } finally {
    await connection.close();
  }
}

/** Sizes by which the whole run stays within a quarter of an hour on two cores. */
function sizes(quick: boolean) {
  return quick
    ? {
        sftRows: 24,
        sftSteps: 6,
        rewardSteps: 12,
        grpoSteps: 2,
        probeTokens: 64,
        probes: { dimensions: ['S5', 'E1'] },
        examTokens: 24,
      }
    : {
        sftRows: 112,
        sftSteps: 28,
        rewardSteps: 24,
        grpoSteps: 6,
        probeTokens: 80,
        probes: { levels: [1, 3] },
        examTokens: 80,
      };
}

async function stages({ terminal }: Invocation, workspace: Workspace, journal: Journal, client: Client): Promise<void> {
  const { seed, base, quick } = journal.file;
  const size = sizes(quick);
  await journal.stage('corpus', ImportedCorpus, () => importCorpus(client, terminal, example));
  await journal.stage('review', Signals, async () => {
    await enrolPeople(client);
    return collectSignals(client, terminal, example);
  });
  const release = await journal.stage('release', Release, async () => {
    const made = await releaseOf(client);
    linkRelease(workspace, made.path ?? '');
    return made;
  });
  const verified = await journal.stage('verify', z.object({ exitCode: z.int() }), async () => {
    const report = await verifyExport(join(workspace.root, 'release'));
    return { exitCode: report.exitCode };
  });
  const common = { release: releaseName, base, seed };
  const step = async (stage: string, work: () => Promise<Trained>): Promise<Trained> => {
    const run = await journal.stage(stage, TrainingRun, work);
    if (run.result === undefined) throw new AppError('internal', `The run ${run.name} has no result.`);
    return { ...run, result: run.result };
  };
  const sft = await step('sft', () =>
    train(client, terminal, {
      ...common,
      name: 'sft',
      stage: 'sft',
      rows: size.sftRows,
      maxSteps: size.sftSteps,
      args: { learning_rate: 1e-3 },
    }),
  );
  const reward = await step('reward model', () =>
    train(client, terminal, {
      ...common,
      name: 'reward',
      stage: 'reward',
      maxSteps: size.rewardSteps,
      args: { learning_rate: 5e-4, per_device_train_batch_size: 2 },
    }),
  );
  const grpo = await step('grpo', () =>
    train(client, terminal, {
      ...common,
      name: 'grpo',
      stage: 'grpo',
      from: 'sft',
      reward: RewardDefinition.parse({ kind: 'reward-model', run: 'reward' }),
      maxSteps: size.grpoSteps,
      args: {
        max_completion_length: 64,
        num_generations: 4,
        per_device_train_batch_size: 8,
        learning_rate: 2e-4,
        temperature: 0.8,
      },
    }),
  );
  await journal.stage('registry', z.null(), async () => {
    await registerModels(client, releaseName, sft, grpo);
    return null;
  });
  const judge = await journal.stage('judge', JudgeRecord, () => calibrateJudge(client, terminal, example, seed));
  const campaign = await journal.stage('red team', CampaignReport, () =>
    attack(client, terminal, example, {
      seed,
      maxTokens: size.probeTokens,
      probes: size.probes,
      rewardLineage: [reward.result.base.name, reward.result.base.sha256],
    }),
  );
  const evaluation = await journal.stage('evaluation', EvaluationReport, () =>
    examine(client, terminal, seed, size.examTokens),
  );
  const evidence = await journal.stage('evidence', EvidenceReply, () =>
    client.post(EvidenceReply, '/v1/evidence', {
      release: releaseName,
      campaign: campaign.campaign.id,
      evaluation: evaluation.evaluation.id,
      runs: ['sft', 'reward', 'grpo'],
    }),
  );
  await journal.stage('serving', z.object({ model: z.string() }), async () => {
    const approver = await asApprover(client);
    const note = 'Approved for the demonstration only; not fit for any use.';
    const model = await approver.post(Model, '/v1/registry/models/aligned/approval', { note });
    return { model: model.name };
  });
  // Before the open work, which belongs to no figure.
  const counted = await journal.stage('figures', Counted, () => countAll(client));
  await journal.stage('open work', Practice, () => openPractice(client, terminal, example));
  const summary = buildSummary({
    journal,
    counted,
    release,
    verified,
    sft,
    reward,
    grpo,
    judge,
    campaign,
    evaluation,
    evidence,
  });
  const path = join(workspace.root, 'summary.json');
  writeFileSync(path, `${JSON.stringify(summary, null, 2)}\n`);
  terminal.result(summary, [
    ...summaryLines(summary),
    '',
    `Every figure:     ${path}`,
    `Evidence:         ${evidence.directory}/evidence.html`,
    `Verify yourself:  npm run -s safemed -- verify ${join(workspace.root, 'release')}`,
    `Look at it:       npm start -- --workspace ${workspace.root}`,
    `Took ${duration(summary.durationSeconds)} on ${availableParallelism()} cores.`,
  ]);
}

async function releaseOf(client: Client): Promise<Release> {
  const known = await client.get(z.object({ releases: z.array(Release) }), '/v1/releases');
  const made =
    known.releases.find((one) => one.name === releaseName) ??
    (await client.post(Release, '/v1/releases', { name: releaseName, dataset: 'medication-safety' }));
  if (made.state === 'frozen') return made;
  return (await asApprover(client)).post(Release, `/v1/releases/${releaseName}/approval`, {});
}

/** `release` beside the summary: the export that people verify. */
function linkRelease(workspace: Workspace, path: string): void {
  const link = join(workspace.root, 'release');
  rmSync(link, { force: true, recursive: true });
  symlinkSync(relative(workspace.root, path), link);
}
