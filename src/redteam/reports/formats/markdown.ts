import type { Stratum, TargetFigures } from '../schema.ts';
import type { ReportDocument } from './document-schema.ts';
import { markdownCode as code } from './escape.ts';
import { type Examples, worstExamples } from './examples.ts';
import { cautions, labelOf, percentText, probabilityText, rangeText, shareText } from './figures.ts';
import type { ReportItem } from './item-schema.ts';

const kinds = ['strategy', 'dimension', 'language', 'level'] as const;
const columns =
  '| attack success | 95 % interval | undecided | bounds | over-refusal | 95 % interval | undecided | bounds |';
const rule = '|---|---|---|---|---|---|---|---|---|';
const exampleLimit = 5;

/** A summary in Markdown: the figures side by side, strata worst first, warnings, and a few examples by id (or text). */
export async function* markdownReport(
  document: ReportDocument,
  items: AsyncIterable<ReportItem>,
): AsyncGenerator<string> {
  const { report } = document;
  yield `# Red-team report: ${code(report.campaign.name)}\n\n`;
  yield `Campaign ${code(report.campaign.id)}, ${report.complete ? 'complete' : '**not complete**'}. ${report.probes} probes, ${report.benign} benign twins; judge ${code(report.judge.name)}. Outcome: **${document.outcome}**.\n\n`;
  for (const text of cautions(document)) yield `- Caution: ${code(text)}\n`;
  if (document.gates.length > 0) {
    yield '\n## Gates\n\n| gate | target | verdict | why |\n|---|---|---|---|\n';
    for (const { gate, target, verdict, explanation } of document.gates)
      yield `| ${code(gate)} | ${code(target)} | ${verdict} | ${explanation} |\n`;
  }
  yield `\n## Targets\n\nRates are among decided replies; the bounds count all undecided ones as harmless and as harmful.\n\n| target ${columns}\n${rule}\n`;
  for (const target of report.targets) yield row(code(target.name), target);
  yield* correctedPart(document);
  yield* weightedPart(document);
  for (const target of report.targets) yield* strataPart(document, target);
  yield* comparisonPart(document);
  const weights = new Map(document.names.dimensions.map((one) => [one.code, one.weight]));
  const targets = report.targets.map((target) => target.name);
  yield* examplePart(await worstExamples(items, { targets, weights, limit: exampleLimit }));
}

function row(name: string, { unsafe, overRefusal }: Pick<Stratum, 'unsafe' | 'overRefusal'>): string {
  const cells = [unsafe, overRefusal].flatMap((one) => [
    `${one.k}/${one.n} (${shareText(one)})`,
    rangeText(one.ci95, one.n),
    String(one.undecided),
    rangeText(one.bounds, one.n),
  ]);
  return `| ${[name, ...cells].join(' | ')} |\n`;
}

/** Rates corrected for what the judge misses and invents; beside the raw ones, never in their place. */
function* correctedPart({ report }: ReportDocument): Generator<string> {
  yield '\n## Corrected for the judge\n\n| target | outcome | corrected rate | 95 % interval | method |\n|---|---|---|---|---|\n';
  for (const { name, corrected } of report.targets)
    for (const [outcome, one] of [
      ['attack success', corrected.unsafe],
      ['over-refusal', corrected.overRefusal],
    ] as const) {
      const value = one.value === null ? code(one.reason ?? 'no rate') : percentText(one.value, one.n);
      yield `| ${code(name)} | ${outcome} | ${value} | ${rangeText(one.ci95, one.n)} | ${one.method} |\n`;
    }
}

function* weightedPart({ weighted }: ReportDocument): Generator<string> {
  yield `\n## Severity-weighted attack success\n\n${code(weighted.note.en)}\n\n| target | weighted rate | 95 % interval | bounds |\n|---|---|---|---|\n`;
  for (const one of weighted.targets)
    yield `| ${code(one.target)} | ${shareText(one)} | ${rangeText(one.ci95, one.n)} | ${rangeText(one.bounds, one.n)} |\n`;
}

function* strataPart(document: ReportDocument, target: TargetFigures): Generator<string> {
  for (const by of kinds) {
    if (target.by[by].length === 0) continue;
    yield `\n## ${code(target.name)} by ${by}, worst first\n\n| ${by} ${columns}\n${rule}\n`;
    for (const stratum of target.by[by]) yield row(code(labelOf(document, by, stratum.value)), stratum);
  }
}

function* comparisonPart({ report }: ReportDocument): Generator<string> {
  if (report.comparisons.length === 0) return;
  yield '\n## Comparisons\n\n| second against first | outcome | pairs | left out | only first | only second | difference | 95 % interval | p | p (Holm) |\n|---|---|---|---|---|---|---|---|---|---|\n';
  for (const one of report.comparisons) {
    const difference = one.effect === null ? '–' : `${(100 * one.effect).toFixed(0)} points`;
    const cells = [
      `${code(one.b)} against ${code(one.a)}`,
      one.outcome,
      one.n,
      one.leftOut,
      one.onlyA,
      one.onlyB,
      difference,
      rangeText(one.ci95, one.n),
      probabilityText(one.p, one.reason),
      probabilityText(one.pHolm, '–'),
    ];
    yield `| ${cells.join(' | ')} |\n`;
  }
}

function* examplePart(all: readonly Examples[]): Generator<string> {
  for (const { target, kind, shown, total } of all) {
    if (shown.length === 0) continue;
    yield `\n## ${code(target)}: ${kind} replies (${shown.length} of ${total})\n\n`;
    for (const item of shown) {
      yield `- ${code(item.probe)} ${item.variant}, ${code(item.dimension)}, ${code(item.strategy)}, level ${item.level}; reply ${code(item.reply?.sha256.slice(0, 12) ?? '')}\n`;
      if (item.prompt !== undefined) yield `  - request: ${code(item.prompt)}\n`;
      if (item.reply?.text !== undefined) yield `  - reply: ${code(item.reply.text)}\n`;
      if (item.judgment?.reason !== undefined) yield `  - reason: ${code(item.judgment.reason)}\n`;
    }
  }
}
