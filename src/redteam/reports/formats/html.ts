import { html } from 'hono/html';
import { reportEnd, reportHead, reportList, reportTable } from '../../../charts/report-page.ts';
import { inertText } from '../../../core/inert-text.ts';
import type { TargetFigures } from '../schema.ts';
import type { ReportDocument } from './document-schema.ts';
import { worstExamples } from './examples.ts';
import { cautions, percentText, probabilityText, rangeText, shareText } from './figures.ts';
import { exampleHtml } from './html-examples.ts';
import { strataHtml } from './html-strata.ts';
import type { ReportItem } from './item-schema.ts';

const exampleLimit = 10;

/**
 * One self-contained page without a script: figures side by side with charts and their tables, strata worst first, gates,
 * warnings, comparisons, and the worst examples with the trail of their judgments. All text is inert.
 */
export async function* htmlReport(document: ReportDocument, items: AsyncIterable<ReportItem>): AsyncGenerator<string> {
  const { report } = document;
  const name = inertText(report.campaign.name);
  yield String(html`${reportHead(`Red-team report · ${report.campaign.name}`)}<h1>Red-team report: <bdi>${name}</bdi></h1>
<p>Campaign <code>${report.campaign.id}</code> · begun ${report.campaign.createdAt} · ${report.complete ? `complete ${report.campaign.completedAt ?? ''}` : 'not complete'} · written ${document.generatedAt}</p>
<p>${report.probes} probes, ${report.benign} benign twins. Outcome: <strong>${document.outcome}</strong>.</p>
<p class="note">${document.texts ? 'This page holds attacks and what models replied to them, word for word. Keep it from those who do not need it. ' : ''}${document.profile.disclaimer.en}</p>
`);
  yield String(html`${cautionsHtml(document)}${gatesHtml(document)}${targetsHtml(document)}${judgeHtml(document)}`);
  for (const target of report.targets) yield String(html`${strataHtml(document, target)}`);
  yield String(html`${comparisonsHtml(document)}`);
  const weights = new Map(document.names.dimensions.map((one) => [one.code, one.weight]));
  const targets = report.targets.map((target) => target.name);
  const examples = await worstExamples(items, { targets, weights, limit: exampleLimit });
  yield '<h2>Examples</h2>\n<p>The worst of each kind, by severity weight and risk. Every item is in the JSON Lines and CSV reports.</p>\n';
  for (const one of examples) if (one.shown.length > 0) yield String(html`${exampleHtml(document, one)}`);
  yield reportEnd;
}

function cautionsHtml(document: ReportDocument) {
  const all = cautions(document);
  if (all.length === 0) return '';
  return html`<h2>Before you quote a figure</h2>${reportList(all)}\n`;
}

function gatesHtml({ gates }: ReportDocument) {
  if (gates.length === 0) return '';
  return html`<h2>Declared gates</h2>${reportTable(
    'Declared gates',
    ['Gate', 'Target', 'Verdict', 'Why'],
    gates.map((one) => [html`<code>${inertText(one.gate)}</code>`, one.target, one.verdict, one.explanation]),
  )}`;
}

function targetsHtml({ report, weighted }: ReportDocument) {
  return html`<h2>Targets</h2>
<p>Rates are among decided replies, with 95 % Wilson intervals; the bounds count all undecided replies as harmless and as harmful.</p>
<div class="wide" tabindex="0" role="group" aria-label="Targets"><table><thead><tr><th scope="col">Target</th><th scope="col">Figure</th><th scope="col">Rate</th><th scope="col">95 % interval</th><th scope="col">Undecided</th><th scope="col">Bounds</th></tr></thead><tbody>
${report.targets.map((target, index) => {
  const heavy = weighted.targets[index];
  return html`<tr><th scope="row" rowspan="5"><bdi>${target.name}</bdi><br><small>${inertText(target.ref)}</small></th>${figureCells('Attack success', target.unsafe)}</tr>
<tr>${figureCells('Over-refusal', target.overRefusal)}</tr>
<tr>${correctedCells('Attack success, corrected for the judge', target.corrected.unsafe)}</tr>
<tr>${correctedCells('Over-refusal, corrected for the judge', target.corrected.overRefusal)}</tr>
<tr>${heavy === undefined ? '' : html`<td>Attack success, weighted by severity</td><td>${shareText(heavy)}</td><td>${rangeText(heavy.ci95, heavy.n)}</td><td>${heavy.undecided}</td><td>${rangeText(heavy.bounds, heavy.n)}</td>`}</tr>\n`;
})}</tbody></table></div>
<p><small>${weighted.note.en} Interval of the weighted rate: ${weighted.targets[0]?.ciMethod ?? ''}.</small></p>
${report.targets.map((target) =>
  target.undecidedReasons.length === 0
    ? ''
    : html`<p>Undecided for <bdi>${target.name}</bdi>: ${target.undecidedReasons.map((one) => html`<bdi>${inertText(one.reason)}</bdi> (${one.n}) `)}</p>\n`,
)}`;
}

type Figure = TargetFigures['unsafe'];

function figureCells(name: string, one: Figure) {
  return html`<td>${name}</td><td>${shareText(one)} (${one.k} of ${one.n})</td><td>${rangeText(one.ci95, one.n)}</td><td>${one.undecided}</td><td>${rangeText(one.bounds, one.n)}</td>`;
}

/** A rate corrected for the judge's errors stands beside the raw one, with its own method. */
function correctedCells(name: string, { value, ci95, n, method, reason }: TargetFigures['corrected']['unsafe']) {
  return html`<td>${name}</td><td>${value === null ? (reason ?? 'no rate') : percentText(value, n)}</td><td>${rangeText(ci95, n)}</td><td colspan="2"><small>${method}</small></td>`;
}

function judgeHtml({ report: { judge, gates, queue } }: ReportDocument) {
  const gate = (['attack', 'over-refusal'] as const).map(
    (asks) => `${asks}: ${gates[asks].passed ? 'passed' : `not passed (${gates[asks].reasons.join('; ')})`}`,
  );
  const accuracy = (one: typeof judge.calibration): string =>
    one.balancedAccuracy === null
      ? 'not measured'
      : `${one.balancedAccuracy.toFixed(2)} (95 % interval ${one.ci95?.map((end) => end.toFixed(2)).join(' to ') ?? 'undefined'}, n = ${one.n}, undecided ${one.undecided.k})`;
  return html`<h2>Judge</h2><p><bdi>${judge.name}</bdi> (${judge.kind}), digest <code>${judge.id}</code>. Balanced accuracy on held-out labels: unsafe or safe ${accuracy(judge.calibration)}; refused or answered ${accuracy(judge.overRefusalCalibration)}.</p>
<p>Gate: ${gate.join('; ')}. Replies on which judges disagreed: ${queue.queued}, labelled by clinicians: ${queue.labelled}.</p>
<details><summary>How to read this judge</summary><ul>${judge.card.map((text) => html`<li><bdi>${inertText(text)}</bdi></li>`)}</ul></details>\n`;
}

function comparisonsHtml({ report: { comparisons } }: ReportDocument) {
  if (comparisons.length === 0) return '';
  return html`<h2>Comparisons on the same requests</h2>${reportTable(
    'Comparisons',
    [
      'Second against first',
      'Outcome',
      'Pairs (left out)',
      'Only first',
      'Only second',
      'Difference',
      '95 % interval',
      'p',
      'p (Holm)',
    ],
    comparisons.map((one) => [
      html`<bdi>${one.b}</bdi> against <bdi>${one.a}</bdi>`,
      one.outcome,
      `${one.n} (${one.leftOut})`,
      one.onlyA,
      one.onlyB,
      one.effect === null ? '–' : `${(100 * one.effect).toFixed(0)} points`,
      rangeText(one.ci95, one.n),
      probabilityText(one.p, one.reason),
      probabilityText(one.pHolm, '–'),
    ]),
  )}<p><small>McNemar's exact test, two-sided; Tango's score interval; Holm over the comparisons of one outcome.</small></p>`;
}
