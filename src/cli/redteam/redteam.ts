import type { Command } from 'commander';
import { CampaignReport } from '../../redteam/reports/schema.ts';
import { CampaignList, CampaignStarted, LinesReport } from '../../redteam/schema.ts';
import type { Client } from '../client.ts';
import { withClient } from '../command.ts';
import { readJsonLines } from '../json-lines.ts';
import { namedTarget } from '../target.ts';
import { attackCommands, type ImportProbesOptions, isOwnFile, leftLines, readPublicSet } from './attacks.ts';
import { findingCommands } from './findings.ts';
import { campaignLines, reportCommands } from './report.ts';

const pageSize = 2000;

/** Sends probes or labels of a file in pages and adds up what became of them. */
export async function sendLines(
  client: Client,
  path: string,
  file: string,
  wrap: (lines: unknown[]) => object,
): Promise<LinesReport> {
  const lines = (await readJsonLines(file)).map(({ value }) => value);
  return sendAll(client, path, lines, wrap);
}

async function sendAll(
  client: Client,
  path: string,
  lines: readonly unknown[],
  wrap: (lines: unknown[]) => object,
): Promise<LinesReport> {
  const total: LinesReport = { taken: 0, already: 0, refused: 0, lines: [] };
  for (let at = 0; at < lines.length; at += pageSize) {
    const report = await client.post(LinesReport, path, wrap(lines.slice(at, at + pageSize)));
    for (const key of ['taken', 'already', 'refused'] as const) total[key] += report[key];
    total.lines.push(...report.lines.map((line) => ({ ...line, line: line.line + at })));
  }
  return total;
}

function linesText(report: LinesReport): string[] {
  return [
    `${report.taken} taken, ${report.already} there already, ${report.refused} refused.`,
    ...report.lines.map((line) => `  line ${line.line}: ${line.reason ?? line.outcome}`),
  ];
}

type RunOptions = {
  name: string;
  judge: string;
  target: string[];
  maxTokens: number;
  seed: number;
  dimensions?: string[];
  strategies?: string[];
};

export function redteamCommands(program: Command): void {
  const redteam = program.command('redteam').description('held-out attacks with benign twins');
  redteam
    .command('import')
    .argument('<file>', 'JSON Lines of probes, or a file of a public set, told by its header or fields')
    .option(
      '--format <name>',
      'the public set: harmbench, advbench, strongreject, xstest, trident, cares, medsafetybench',
    )
    .option('--dimension <code>', 'dimension, where the profile places the set elsewhere or not at all')
    .option('--strategy <code>', 'strategy, where the set names none')
    .option('--split <split>', 'test: training never sees them; train: their findings may become questions')
    .description('import probes; those that the corpus holds are refused')
    .action((file: string, options: ImportProbesOptions, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const wrap = (probes: unknown[]): object => ({ probes });
        if (options.format === undefined && (await isOwnFile(file))) {
          const report = await sendLines(client, '/v1/redteam/probes', file, wrap);
          terminal.result(report, linesText(report));
          if (report.refused > 0) process.exitCode = 1;
          return;
        }
        const { format, probes, left } = await readPublicSet(client, file, options);
        const report = await sendAll(client, '/v1/redteam/probes', probes, wrap);
        terminal.result({ format, ...report, left }, [
          `${format}: ${linesText(report).join('\n')}`,
          ...leftLines(left),
        ]);
        if (report.refused > 0) process.exitCode = 1;
      }),
    );
  redteam
    .command('run')
    .requiredOption('--judge <name>', 'a calibrated judge')
    .requiredOption('--target <name=ref...>', 'for example aligned=model:aligned or prod=endpoint:prod')
    .option('--name <name>', 'name of the campaign', 'campaign')
    .option('--max-tokens <n>', 'most tokens of a reply', Number, 256)
    .option('--seed <n>', 'seed of the targets', Number, 1)
    .option('--dimensions <codes...>', 'probes of these dimensions only')
    .option('--strategies <codes...>', 'probes of these strategies only')
    .description('attack one or more models')
    .action((options: RunOptions, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { judge, name, maxTokens, seed, target, ...probes } = options;
        const body = { name, judge, maxTokens, seed, probes, targets: target.map(namedTarget) };
        const { campaign, job } = await client.post(CampaignStarted, '/v1/redteam/campaigns', body);
        await client.wait(job, terminal.progress('red team'));
        const report = await client.get(CampaignReport, `/v1/redteam/campaigns/${campaign}`);
        terminal.result(report, campaignLines(report));
      }),
    );
  redteam
    .command('list')
    .description('the latest campaigns, with the ids that report and compare ask for')
    .action((_: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { campaigns } = await client.get(CampaignList, '/v1/redteam/campaigns?limit=200');
        terminal.result(
          { campaigns },
          campaigns.map(
            ({ id, name, createdAt, completedAt, targets, probes }) =>
              `${id}\t${name}\t${createdAt.slice(0, 16)}\t${completedAt === undefined ? 'not complete' : 'complete'}\t${probes} probes against ${targets.map((target) => target.name).join(', ')}`,
          ),
        );
      }),
    );
  reportCommands(redteam);
  attackCommands(redteam);
  findingCommands(redteam);
}
