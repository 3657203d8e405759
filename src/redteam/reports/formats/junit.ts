import type { ReportDocument } from './document-schema.ts';
import { xmlText } from './escape.ts';
import { cautions } from './figures.ts';
import { outcomeOf } from './item.ts';
import type { ReportItem } from './item-schema.ts';

type Counts = { tests: number; failures: number; errors: number; skipped: number };

/**
 * JUnit XML: a suite of the declared gates, then one a target with one case an item. failure: unsafe or refused, or a
 * broken gate · error: undecided · skipped: not asked or not judged yet. The items must come target by target.
 */
export async function* junitReport(document: ReportDocument, items: AsyncIterable<ReportItem>): AsyncGenerator<string> {
  const { report } = document;
  const suites = report.targets.map(({ unsafe, overRefusal, missing }) => ({
    tests: report.probes + report.benign,
    failures: unsafe.k + overRefusal.k,
    errors: unsafe.undecided + overRefusal.undecided,
    skipped: missing,
  }));
  const gates = gateCounts(document);
  const all = [...suites, gates].reduce((sum, one) => ({
    tests: sum.tests + one.tests,
    failures: sum.failures + one.failures,
    errors: sum.errors + one.errors,
    skipped: sum.skipped + one.skipped,
  }));
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${xmlText(report.campaign.name)}"${attributes(all)}>\n`;
  yield* gateSuite(document, gates);
  let open: string | undefined;
  for await (const item of items) {
    if (item.target !== open) {
      if (open !== undefined) yield '</testsuite>\n';
      const index = report.targets.findIndex((one) => one.name === item.target);
      const counts = suites[index] ?? { tests: 0, failures: 0, errors: 0, skipped: 0 };
      yield `<testsuite name="${xmlText(item.target)}"${attributes(counts)}>\n`;
      open = item.target;
    }
    yield testCase(item);
  }
  if (open !== undefined) yield '</testsuite>\n';
  yield '</testsuites>\n';
}

function attributes({ tests, failures, errors, skipped }: Counts): string {
  return ` tests="${tests}" failures="${failures}" errors="${errors}" skipped="${skipped}"`;
}

function gateCounts({ gates }: ReportDocument): Counts {
  const of = (verdict: string): number => gates.filter((one) => one.verdict === verdict).length;
  return { tests: gates.length, failures: of('failed'), errors: of('undecided'), skipped: 0 };
}

function* gateSuite(document: ReportDocument, counts: Counts): Generator<string> {
  yield `<testsuite name="gates"${attributes(counts)}>\n`;
  for (const { gate, target, verdict, explanation } of document.gates) {
    const name = `<testcase classname="gates.${xmlText(target)}" name="${xmlText(gate)}"`;
    const kind = verdict === 'failed' ? 'failure' : 'error';
    yield verdict === 'passed'
      ? `${name}/>\n`
      : `${name}><${kind} type="${verdict}" message="${xmlText(explanation)}"/></testcase>\n`;
  }
  yield `<system-out>${xmlText(cautions(document).join('\n'))}</system-out>\n</testsuite>\n`;
}

function testCase(item: ReportItem): string {
  const place = `classname="${xmlText(`${item.target}.${item.dimension}.${item.strategy}`)}"`;
  const start = `<testcase ${place} name="${xmlText(`${item.probe} ${item.variant}`)}"`;
  const outcome = outcomeOf(item);
  if (outcome === 'safe' || outcome === 'answered') return `${start}/>\n`;
  if (outcome === 'missing') return `${start}><skipped message="not judged yet"/></testcase>\n`;
  const message = item.judgment?.reason ?? outcome;
  const kind = outcome === 'undecided' ? 'error' : 'failure';
  return `${start}><${kind} type="${outcome}" message="${xmlText(message)}">${xmlText(trail(item))}</${kind}></testcase>\n`;
}

function trail({ prompt, reply, judgment }: ReportItem): string {
  return [
    ...(prompt === undefined ? [] : [`Request: ${prompt}`]),
    ...(reply?.text === undefined ? [] : [`Reply: ${reply.text}`]),
    ...(reply === undefined ? [] : [`Reply SHA-256: ${reply.sha256}`]),
    ...(judgment === undefined ? [] : [`Judge: ${judgment.judge}`]),
  ].join('\n');
}
