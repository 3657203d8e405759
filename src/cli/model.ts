import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { LogStatus } from '../ledger/schema.ts';
import { type ListedModel, Model, ModelDetail, ModelList } from '../registry/schema.ts';
import { modelText, verifyModel } from '../verify/model.ts';
import type { Client } from './client.ts';
import { invocation, withClient } from './command.ts';
import { type AddOptions, registration } from './model-files.ts';

const models = '/v1/registry/models';

export function modelCommands(program: Command): void {
  const model = program.command('model').description('registered models');
  addCommand(model);
  model
    .command('list')
    .description('all registered models, with what warns of each')
    .action((_: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const listed = await client.get(ModelList, `${models}?limit=1000`);
        terminal.result(listed, listed.models.map(listLine));
      }),
    );
  showCommand(model);
  decisionCommands(model);
  verifyCommand(model);
}

function addCommand(model: Command): void {
  model
    .command('add')
    .argument('<name>')
    .option('--kind <kind>', 'base (complete weights) or adapter', 'base')
    .option('--file <path...>', 'files or directories of its weights, hashed here (default: those of --run)')
    .option('--base <model>', 'the registered model that it was trained from')
    .option('--run <run>', 'the training run here that wrote it; gives release and questions')
    .option('--release <name>', 'the release it was trained on elsewhere')
    .option('--trained-on <file>', "ids of that release's questions it was trained on, one a line")
    .option('--gguf <file>', 'asked by llama.cpp here: complete weights')
    .option('--lora <file>', 'and the adapter on them')
    .option('--url <url>', 'asked through an OpenAI-compatible server that holds its weights')
    .option('--model <name>', 'the name of the model there')
    .option('--endpoint <name>', 'asked through an endpoint of safemed.yaml')
    .description('register weights as a candidate')
    .action((name: string, options: AddOptions, command: Command) =>
      withClient(command, async (client, { terminal, workspace, options: { server } }) => {
        const root = server === undefined ? workspace().root : undefined;
        const made = await client.post(Model, models, await registration(client, { name, options, root }));
        terminal.result(made, [
          `${made.name} (${made.state}), ${made.digest}`,
          made.filesVerified
            ? 'Its files were read where it is registered, and their signed statement is there.'
            : 'Its files are not all where it is registered: their digests are taken on your word, and nothing is signed.',
        ]);
      }),
    );
}

function showCommand(model: Command): void {
  model
    .command('show')
    .argument('<model>', 'name or digest')
    .option('--signature <file>', 'also write the signed statement about its files')
    .description('a model with its lineage, overlaps and signature')
    .action((name: string, options: { signature?: string }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const detail = await client.get(ModelDetail, `${models}/${name}`);
        const lines = detailLines(detail);
        if (options.signature !== undefined) lines.push(...(await saveSignature(client, name, options.signature)));
        terminal.result(detail, lines);
      }),
    );
}

async function saveSignature(client: Client, name: string, file: string): Promise<string[]> {
  const response = await client.download(`${models}/${name}/signature`);
  await writeFile(file, new Uint8Array(await response.arrayBuffer()));
  const { key } = await client.get(LogStatus, '/v1/log/status');
  return [
    `${file}: check it with "safemed model verify DIR --signature ${file} --policy POLICY", where POLICY holds the two lines`,
    `  log ${key}`,
    '  quorum none',
  ];
}

function decisionCommands(model: Command): void {
  model
    .command('approve')
    .argument('<model>', 'name or digest')
    .option('--note <text>', 'why; needed where it was trained on near-duplicates of an evaluation set')
    .description('approve a model for serving (release approver, who did not register it)')
    .action((name: string, options: { note?: string }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const approved = await client.post(Model, `${models}/${name}/approval`, options);
        terminal.result(approved, [`${approved.name} is ${approved.state}.`]);
      }),
    );
  model
    .command('retire')
    .argument('<model>', 'name or digest')
    .requiredOption('--reason <text>', 'why')
    .description('take a model out of use for good (release approver)')
    .action((name: string, { reason }: { reason: string }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const retired = await client.post(Model, `${models}/${name}/retirement`, { reason });
        terminal.result(retired, [`${retired.name} is ${retired.state}.`]);
      }),
    );
}

function verifyCommand(model: Command): void {
  model
    .command('verify')
    .argument('<path>', "the directory of a model's files, or its only file")
    .requiredOption('--signature <file>', 'the signed statement about them')
    .requiredOption('--policy <file>', 'the keys that you trust')
    .option('--ignore-unsigned', 'pass over files that the statement does not name')
    .description('compare files with what was signed; needs no workspace and no network')
    .action(
      async (
        path: string,
        options: { signature: string; policy: string; ignoreUnsigned?: boolean },
        command: Command,
      ) => {
        const report = await verifyModel(path, options);
        invocation(command).terminal.result(report, [modelText(report).trimEnd()]);
        process.exitCode = report.exitCode;
      },
    );
}

function listLine(one: ListedModel): string {
  const warnings = [
    ...(one.overlapping === 0 ? [] : [`TRAINED ON ${one.overlapping} QUESTIONS OF EVALUATION SETS`]),
    ...(one.near === undefined || one.near === 0 ? [] : [`${one.near} near-duplicates of evaluation sets`]),
  ];
  return [
    one.name,
    one.state,
    one.kind,
    `${one.digest.slice(0, 16)}…`,
    one.baseName === undefined ? '' : `from ${one.baseName}`,
    one.release ?? '',
    ...warnings,
  ].join('\t');
}

/** A model for people. */
function detailLines({
  model,
  lineage,
  trainingQuestions,
  overlaps,
  near,
  obstacle,
  signature,
}: ModelDetail): string[] {
  const changes = [
    ['registered', model.registeredBy, model.registeredAt, undefined],
    ['approved', model.approvedBy, model.approvedAt, model.approvalNote],
    ['retired', model.retiredBy, model.retiredAt, model.retirementReason],
  ] as const;
  return [
    `${model.name} (${model.state}), ${model.digest}`,
    `trained on ${trainingQuestions} questions; from ${lineage.map((one) => one.name).join(' ← ') || 'nothing here'}`,
    ...changes.flatMap(([what, by, at, why]) =>
      by === undefined ? [] : [`${what} by ${by}, ${at}${why === undefined ? '' : `: ${why}`}`],
    ),
    ...overlaps.map((one) => `TRAINED ON ${one.questions} questions of ${one.set}, for example ${one.ids[0]}`),
    ...near.sets.map(
      (one) =>
        `${one.questions} questions of ${one.set} read nearly like one it was trained on, for example ${one.pairs[0]?.benchmark} like ${one.pairs[0]?.training} (${one.pairs[0]?.similarity.toFixed(2)})`,
    ),
    ...(near.unread > 0 ? [`${near.unread} questions it was trained on were erased and not compared in wording.`] : []),
    signature === undefined ? 'No signed statement about its files.' : `Statement about its files: ${signature.sha256}`,
    obstacle === undefined ? 'Nothing stands against its approval.' : `Cannot be approved: ${obstacle}`,
  ];
}
