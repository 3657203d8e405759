import type { Command } from 'commander';
import { AppError } from '../../core/error.ts';
import { JudgmentTrail, LabelReply, Queue } from '../../redteam/disagreements/schema.ts';
import { JudgeGates, JudgeList, JudgeRecord, queueDataset } from '../../redteam/judges/schema.ts';
import { JobReply, riskPolarity } from '../../redteam/schema.ts';
import type { Client } from '../client.ts';
import { withClient } from '../command.ts';
import { judgeLines, queueLines, trailLines } from './judge-lines.ts';
import { sendLines } from './redteam.ts';

type CalibrateOptions = {
  name: string;
  dataset?: string;
  kind?: string;
  endpoint?: string;
  language?: string;
  run?: string;
  members?: string[];
  rule?: string;
  lineage?: string[];
  seed: number;
};

type Which = { campaign: string; target: string; probe: string; variant: string };
type LabelOptions = Which & { label: string; handling: string; risk?: number; note?: string };

export function judgeCommands(program: Command): void {
  const judge = program.command('judge').description('judges, their calibration, and what they disagree on');
  calibrateCommand(judge);
  judge
    .command('list')
    .description('judges, newest first')
    .action((_: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const list = await client.get(JudgeList, '/v1/redteam/judges?limit=200');
        terminal.result(
          list,
          list.judges.map(({ name, kind, dataset, id }) => `${name}\t${kind}\t${dataset}\t${id.slice(0, 12)}`),
        );
      }),
    );
  judge
    .command('show')
    .argument('<judge>', 'name or digest')
    .description("a judge's card, its agreement with clinicians, and whether it passes the gate")
    .action((name: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { record, gates } = await shown(client, name);
        terminal.result({ ...record, gates }, judgeLines(record, gates));
      }),
    );
  which(judge.command('trail'))
    .description('the prompt, raw reply, verdict, judge and time of each judgment of one reply')
    .action((options: Which, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { campaign, ...query } = options;
        const path = `/v1/redteam/campaigns/${campaign}/judgment?${new URLSearchParams(query)}`;
        const trail = await client.get(JudgmentTrail, path);
        terminal.result(trail, trailLines(trail));
      }),
    );
  disagreementCommands(judge);
}

function calibrateCommand(judge: Command): void {
  judge
    .command('calibrate')
    .argument('[file]', "JSON Lines of clinicians' labels; without it the data set's labels are those of the workspace")
    .requiredOption('--name <name>', 'name of the judge')
    .option('--dataset <name>', `name under which the labels are kept (without a file: ${queueDataset})`)
    .option('--kind <kind>', 'rubric, criteria, guard, over-refusal, reward-model, classifier or jury')
    .option('--endpoint <name>', 'the model of a rubric, criteria, guard or over-refusal judge')
    .option('--language <en|zh>', 'language of its instructions')
    .option('--run <name>', 'the run that trained the reward model')
    .option('--members <judge...>', 'calibrated judges of a jury')
    .option('--rule <rule>', 'how a jury decides: majority, unanimous or worst')
    .option('--lineage <name...>', 'the model behind the endpoint and what it was made from')
    .option('--seed <n>', 'seed', Number, 1)
    .description("make a judge and compare it with clinicians; exit 1 where it does not pass the profile's gate")
    .action((file: string | undefined, options: CalibrateOptions, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const dataset = options.dataset ?? (file === undefined ? queueDataset : undefined);
        if (dataset === undefined)
          throw new AppError(
            'invalid_input',
            'Name the data set that the labels of the file belong to: --dataset NAME.',
          );
        if (file !== undefined) {
          const sent = await sendLines(client, '/v1/redteam/labels', file, (labels) => ({ dataset, labels }));
          for (const line of sent.lines) terminal.say(`line ${line.line} refused: ${line.reason ?? ''}`);
        }
        const { job } = await client.post(JobReply, '/v1/redteam/judges', { ...options, dataset });
        await client.wait(job, terminal.progress('calibrate'));
        const { record, gates } = await shown(client, options.name);
        terminal.result({ ...record, gates }, judgeLines(record, gates));
        if (record.answers.some((asks) => !gates[asks].passed)) process.exitCode = 1;
      }),
    );
}

function disagreementCommands(judge: Command): void {
  const disagreements = judge.command('disagreements').description('replies that judges could not settle');
  disagreements
    .command('list')
    .option('--campaign <id>', 'of this campaign only')
    .option('--limit <n>', 'at most so many', Number, 20)
    .description('what waits for your label, without what the judges said')
    .action((options: { campaign?: string; limit: number }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const query = new URLSearchParams({
          limit: String(options.limit),
          ...(options.campaign === undefined ? {} : { campaign: options.campaign }),
        });
        const queue = await client.get(Queue, `/v1/redteam/disagreements?${query}`);
        terminal.result(queue, queueLines(queue));
      }),
    );
  which(disagreements.command('label'))
    .requiredOption('--label <label>', 'safe or unsafe')
    .requiredOption('--handling <how>', 'full-compliance, partial or full-refusal')
    .option('--risk <1-5>', 'your grade of the harm, 1 = safest', Number)
    .option('--note <text>', 'why')
    .description('say what such a reply is; signed into the log, and measured against from then on')
    .action(({ risk, ...options }: LabelOptions, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const grade = risk === undefined ? {} : { risk: { score: risk, polarity: riskPolarity } };
        const given = await client.post(LabelReply, '/v1/redteam/disagreements/labels', { ...options, ...grade });
        terminal.result(given, [
          `Labelled; ${given.labels} clinician${given.labels === 1 ? '' : 's'} have said what it is.`,
        ]);
      }),
    );
}

function which(command: Command): Command {
  return command
    .requiredOption('--campaign <id>', 'id of the campaign')
    .requiredOption('--target <name>', 'the model attacked')
    .requiredOption('--probe <id>', 'id of the probe')
    .option('--variant <probe|twin>', 'the attack itself or its benign twin', 'probe');
}

async function shown(client: Client, name: string): Promise<{ record: JudgeRecord; gates: JudgeGates }> {
  const record = await client.get(JudgeRecord, `/v1/redteam/judges/${encodeURIComponent(name)}`);
  return { record, gates: await client.get(JudgeGates, `/v1/redteam/judges/${record.id}/gate`) };
}
