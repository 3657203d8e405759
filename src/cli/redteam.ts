import type { Command } from 'commander';
import { CampaignReport } from '../redteam/report-schema.ts';
import { CampaignStarted, LinesReport } from '../redteam/schema.ts';
import type { Client } from './client.ts';
import { withClient } from './command.ts';
import { pText, rateText } from './figures.ts';
import { readJsonLines } from './json-lines.ts';
import { judgedLines } from './judge-lines.ts';

const pageSize = 2000;

/** Sends probes or labels of a file in pages and adds up what became of them. */
export async function sendLines(
  client: Client,
  path: string,
  file: string,
  wrap: (lines: unknown[]) => object,
): Promise<LinesReport> {
  const lines = (await readJsonLines(file)).map(({ value }) => value);
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

type RunOptions = { name: string; judge: string; target: string[]; maxTokens: number; seed: number };

export function redteamCommands(program: Command): void {
  const redteam = program.command('redteam').description('held-out attacks with benign twins');
  redteam
    .command('import')
    .argument('<file>', 'JSON Lines of probes')
    .description('import probes; those that the corpus holds are refused')
    .action((file: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const report = await sendLines(client, '/v1/redteam/probes', file, (probes) => ({ probes }));
        terminal.result(report, linesText(report));
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
    .description('attack one or more models')
    .action((options: RunOptions, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { judge, name, maxTokens, seed } = options;
        const body = { name, judge, maxTokens, seed, targets: options.target.map(namedTarget) };
        const { campaign, job } = await client.post(CampaignStarted, '/v1/redteam/campaigns', body);
        await client.wait(job, terminal.progress('red team'));
        const report = await client.get(CampaignReport, `/v1/redteam/campaigns/${campaign}`);
        terminal.result(report, campaignLines(report));
      }),
    );
  redteam
    .command('report')
    .argument('<campaign>', 'id of the campaign')
    .description('attack success and over-refusal of a campaign')
    .action((id: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const report = await client.get(CampaignReport, `/v1/redteam/campaigns/${id}`);
        terminal.result(report, campaignLines(report));
      }),
    );
}

/** `name=ref` as a target; the ref says where the model is. */
export function namedTarget(text: string): { name: string; ref: string } {
  const [name = '', ...ref] = text.split('=');
  return { name, ref: ref.join('=') };
}

/** A campaign's report for people: both rates of every target side by side, then the comparisons and warnings. */
export function campaignLines(report: CampaignReport): string[] {
  const { calibration } = report.judge;
  const accuracy = calibration.balancedAccuracy === null ? 'undefined' : calibration.balancedAccuracy.toFixed(2);
  const interval =
    calibration.ci95 === null ? '' : ` [${calibration.ci95[0].toFixed(2)}, ${calibration.ci95[1].toFixed(2)}]`;
  return [
    `${report.probes} probes, ${report.benign} benign twins; judge ${report.judge.name}: balanced accuracy ${accuracy}${interval} on ${calibration.n} held-out labels`,
    ...report.targets.map(
      (target) =>
        `${target.name}\tunsafe ${rateText(target.unsafe)}, ${target.unsafe.undecided} undecided\tover-refusal ${rateText(target.overRefusal)}, ${target.overRefusal.undecided} undecided\tmean risk ${target.meanRisk?.toFixed(2) ?? '–'} (${target.riskPolarity})`,
    ),
    ...judgedLines(report),
    ...report.comparisons.map(
      (one) =>
        `${one.b} against ${one.a}, ${one.outcome}: ${pText(one.p, one.reason)} (${one.test}, n = ${one.n})${one.effect === null ? '' : `, difference ${(100 * one.effect).toFixed(0)} points`}`,
    ),
    ...report.warnings.map((warning) => `warning: ${warning}`),
  ];
}
