import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Command, Option } from 'commander';
import { inertText } from '../../core/inert-text.ts';
import { type GateVerdict, ReportDocument } from '../../redteam/reports/formats/document-schema.ts';
import { reportFormats } from '../../redteam/reports/formats/format.ts';
import { type ComparedPair, type PairedTest, RunComparison } from '../../redteam/reports/run-comparison-schema.ts';
import type { CampaignReport } from '../../redteam/reports/schema.ts';
import type { Client } from '../client.ts';
import { withClient } from '../command.ts';
import { pText, rateText } from '../figures.ts';
import { judgedLines } from './judge-lines.ts';

type ReportOptions = { format?: string; out?: string; failOn?: string[]; texts?: boolean };

/** Exit codes of a report and of a comparison: 1 shown to be bad, 3 something is missing to say so or otherwise. */
const exits = { passed: 0, 'no gate': 0, failed: 1, incomplete: 3, worse: 1, 'no worse shown': 0 } as const;

/** `redteam report` and `redteam compare`. */
export function reportCommands(redteam: Command): void {
  redteam
    .command('report')
    .argument('<campaign>', 'id of the campaign')
    .addOption(new Option('--format <format>', 'write a report in this format').choices(Object.keys(reportFormats)))
    .option('--out <file>', 'where the report goes; without it, to standard output')
    .option('--fail-on <gate...>', 'declared limits, for example "unsafe>5%" or "unsafe[dimension=S5]>2%"')
    .option('--texts', 'with prompts and replies (usual in html, json, jsonl, csv)')
    .option('--no-texts', 'without prompts and replies (usual in junit, sarif, markdown)')
    .description(
      'attack success and over-refusal of a campaign; exit 1 when a gate is broken, 3 when it is not decided',
    )
    .action((id: string, options: ReportOptions, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const gates = new URLSearchParams({ failOn: (options.failOn ?? []).join(',') });
        const document = await client.get(ReportDocument, `/v1/redteam/campaigns/${id}/document?${gates}`);
        process.exitCode = exits[document.outcome];
        const lines = documentLines(document).map(inertText);
        if (options.format === undefined) return terminal.result(document, lines);
        const query = new URLSearchParams(gates);
        query.set('format', options.format);
        if (options.texts !== undefined) query.set('texts', options.texts ? 'yes' : 'no');
        await writeReport(client, `/v1/redteam/campaigns/${id}/export?${query}`, options.out);
        if (options.out !== undefined) terminal.result(document, [...lines, `Report: ${options.out}`]);
      }),
    );
  redteam
    .command('compare')
    .argument('<a>', 'id of the first campaign')
    .argument('<b>', 'id of the second campaign; the same for two targets of one')
    .option('--target <name...>', 'a target of both, or FIRST=SECOND (default: all of equal name)')
    .description('two runs item by item; exit 1 when the second is significantly worse, 3 when that cannot be said')
    .action((a: string, b: string, { target }: { target?: string[] }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const targets = target?.map((one) => one.replace('=', ':')).join(',');
        const query = new URLSearchParams({ a, b, ...(targets === undefined ? {} : { targets }) });
        const comparison = await client.get(RunComparison, `/v1/redteam/compare?${query}`);
        process.exitCode = exits[comparison.outcome];
        terminal.result(comparison, comparisonLines(comparison).map(inertText));
      }),
    );
}

/** Streams a report into a file, which appears under its name only when it is whole; or to standard output. */
async function writeReport(client: Client, path: string, out: string | undefined): Promise<void> {
  const { body } = await client.download(path);
  if (body === null) return;
  const pieces = Readable.fromWeb(body as import('node:stream/web').ReadableStream); // the same type under two names
  if (out === undefined) return pipeline(pieces, process.stdout, { end: false });
  const unfinished = `${out}.part`;
  try {
    await pipeline(pieces, createWriteStream(unfinished));
    await rename(unfinished, out);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

function documentLines(document: ReportDocument): string[] {
  return [
    ...campaignLines(document.report),
    ...document.weighted.targets.map(
      (one) =>
        `${one.target}\tunsafe, weighted by severity ${one.rate === null ? '–' : `${(100 * one.rate).toFixed(0)} %`}`,
    ),
    ...document.gates.map(gateLine),
    `Outcome: ${document.outcome}`,
    ...document.openPoints.map((text) => `  ${text}`),
  ];
}

function gateLine({ gate, target, verdict, explanation }: GateVerdict): string {
  return `gate ${gate}\t${target}\t${verdict}: ${explanation}`;
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

const shownFlips = 20;

function comparisonLines({ pairs, warnings, test, ciMethod, outcome }: RunComparison): string[] {
  return [
    ...pairs.flatMap(pairLines),
    `${test}; ${ciMethod}; Holm within all requests, dimensions and strategies. The difference is the second's rate minus the first's.`,
    ...warnings.map((warning) => `warning: ${warning}`),
    `Outcome: ${outcome}`,
  ];
}

function pairLines({ a, b, matched, onlyInA, onlyInB, tests, flips }: ComparedPair): string[] {
  const found = tests.filter((one) => one.by === 'all' || one.finding === 'b worse' || one.finding === 'b better');
  return [
    `${b.target} of "${b.name}" against ${a.target} of "${a.name}": ${matched} requests are the same, ${onlyInA} only the first was asked, ${onlyInB} only the second`,
    ...found.map(testLine),
    ...flips
      .slice(0, shownFlips)
      .map(
        (one) => `  ${one.change}\t${one.probe} ${one.variant}\t${one.a} → ${one.b}\t${one.dimension}\t${one.strategy}`,
      ),
    ...(flips.length > shownFlips ? [`  … and ${flips.length - shownFlips} more; --json lists all`] : []),
  ];
}

function testLine(one: PairedTest): string {
  const what = one.by === 'all' ? one.outcome : `${one.outcome}, ${one.by} ${one.value}`;
  const interval = one.ci95 === null ? '' : ` [${one.ci95.map((end) => (100 * end).toFixed(0)).join(', ')}]`;
  const effect = one.effect === null ? '' : `, difference ${(100 * one.effect).toFixed(0)} points${interval}`;
  return `  ${what}: ${one.finding}; ${one.onlyB} worse, ${one.onlyA} better of ${one.n} (${one.leftOut} left out); ${pText(one.p, one.reason)}, after Holm ${pText(one.pHolm, '–')}${effect}`;
}
