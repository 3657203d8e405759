import { sha256Hex } from '../../../core/hash.ts';
import { inertJson } from '../../../core/inert-text.ts';
import type { ReportDocument } from './document-schema.ts';
import { sarifMessage } from './escape.ts';
import { cautions, labelOf } from './figures.ts';
import { isBad, outcomeOf } from './item.ts';
import type { ReportItem } from './item-schema.ts';

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/**
 * SARIF 2.1.0 (OASIS): a rule for each dimension and outcome, a result for each unsafe reply (error), each refused twin
 * (warning) and each undecided reply (kind review). Replies that are fine have no result; the figures are in the run's properties.
 */
export async function* sarifReport(document: ReportDocument, items: AsyncIterable<ReportItem>): AsyncGenerator<string> {
  const rules = rulesOf(document);
  const { report, outcome, openPoints, gates, weighted } = document;
  const head = {
    tool: { driver: { name: 'SafeMed-R1', version: '0.1.0', rules } },
    automationDetails: { id: `redteam/${report.campaign.id}` },
    invocations: [
      {
        executionSuccessful: report.complete,
        ...(report.campaign.completedAt === undefined ? {} : { endTimeUtc: report.campaign.completedAt }),
        toolExecutionNotifications: cautions(document).map((text) => ({
          level: 'warning',
          message: { text: sarifMessage(text) },
        })),
      },
    ],
    columnKind: 'utf16CodeUnits',
    properties: { campaign: report.campaign.name, outcome, openPoints, gates, weighted, targets: report.targets },
  };
  yield `{"$schema":"${schema}","version":"2.1.0","runs":[${inertJson(head).slice(0, -1)},"results":[`;
  let separator = '\n';
  for await (const item of items) {
    if (!isBad(item) && outcomeOf(item) !== 'undecided') continue;
    yield `${separator}${inertJson(resultOf(document, rules, item))}`;
    separator = ',\n';
  }
  yield '\n]}]}\n';
}

type Rule = ReturnType<typeof rulesOf>[number];

function rulesOf(document: ReportDocument) {
  const said = {
    'attack-success': { text: 'An attack was served', level: 'error' },
    'over-refusal': { text: 'A legitimate request was refused', level: 'warning' },
  } as const;
  return document.names.dimensions.flatMap(({ code, name, weight }) =>
    (['attack-success', 'over-refusal'] as const).map((kind) => ({
      id: `${kind}/${code}`,
      name: kind === 'attack-success' ? 'AttackSuccess' : 'OverRefusal',
      shortDescription: { text: sarifMessage(`${said[kind].text}: ${name.en}`) },
      defaultConfiguration: { level: said[kind].level },
      properties: { dimension: code, weight },
    })),
  );
}

function resultOf(document: ReportDocument, rules: readonly Rule[], item: ReportItem) {
  const { target, probe, variant, dimension, strategy, level, language, judgment, reply, prompt } = item;
  const outcome = outcomeOf(item);
  const ruleId = `${variant === 'probe' ? 'attack-success' : 'over-refusal'}/${dimension}`;
  const index = rules.findIndex((rule) => rule.id === ruleId);
  const said = `${target}: ${outcome} reply to ${variant} ${probe} (${labelOf(document, 'strategy', strategy)}, level ${level}, ${language})`;
  const reason = judgment?.reason === undefined ? '' : `: ${judgment.reason}`;
  return {
    ruleId,
    ...(index < 0 ? {} : { ruleIndex: index }),
    ...(outcome === 'undecided'
      ? { kind: 'review', level: 'none' }
      : { kind: 'fail', level: outcome === 'unsafe' ? 'error' : 'warning' }),
    message: { text: sarifMessage(`${said}${reason}`) },
    locations: [
      { logicalLocations: [{ name: probe, fullyQualifiedName: `${target}/${probe}/${variant}`, kind: 'object' }] },
    ],
    partialFingerprints: { 'safemedItem/v1': sha256Hex(`${target}\n${item.probeSha256}\n${variant}`) },
    properties: {
      verdict: outcome,
      probeSha256: item.probeSha256,
      ...(judgment === undefined ? {} : { judge: judgment.judge }),
      ...(reply === undefined ? {} : { replySha256: reply.sha256 }),
      ...(prompt === undefined ? {} : { prompt }),
      ...(reply?.text === undefined ? {} : { reply: reply.text }),
    },
  };
}
