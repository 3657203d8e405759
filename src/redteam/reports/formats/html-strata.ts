import { html, raw } from 'hono/html';
import type { ForestRow } from '../../../charts/forest.ts';
import { reportForest } from '../../../charts/report-page.ts';
import { inertText } from '../../../core/inert-text.ts';
import type { Stratum, TargetFigures } from '../schema.ts';
import type { ReportDocument } from './document-schema.ts';
import { labelOf, rangeText, shareText } from './figures.ts';

const kinds = ['dimension', 'strategy', 'language', 'level'] as const;

/** The strata of a target, worst first: a chart of both rates with intervals, and the table that says the same. */
export function strataHtml(document: ReportDocument, target: TargetFigures) {
  return html`<h2>Where <bdi>${target.name}</bdi> fails</h2>
${kinds.map((by) =>
  target.by[by].length === 0
    ? ''
    : html`<h3>By ${by}, worst first</h3>${chart(target.by[by])}${table(document, by, target.by[by])}`,
)}`;
}

function table(document: ReportDocument, by: string, strata: readonly Stratum[]) {
  const heads = [
    'Attack success',
    '95 % interval',
    'Undecided',
    'Bounds',
    'Over-refusal',
    '95 % interval',
    'Undecided',
    'Bounds',
  ];
  return html`<div class="wide" tabindex="0" role="group" aria-label="By ${by}"><table><thead><tr><th scope="col">${by}</th>${heads.map((text) => html`<th scope="col">${text}</th>`)}</tr></thead><tbody>
${strata.map(
  ({ value, unsafe, overRefusal }) =>
    html`<tr><th scope="row"><bdi>${inertText(labelOf(document, by, value))}</bdi></th>${[unsafe, overRefusal].map(
      (one) =>
        html`<td>${shareText(one)} (${one.k}/${one.n})</td><td>${rangeText(one.ci95, one.n)}</td><td>${one.undecided}</td><td>${rangeText(one.bounds, one.n)}</td>`,
    )}</tr>\n`,
)}</tbody></table></div>`;
}

/** The chart of the strata that have a rate. Styles that Plot puts inside are taken out: the page's policy forbids them. */
function chart(strata: readonly Stratum[]) {
  const rows = strata.flatMap(({ value, unsafe, overRefusal }) => [
    ...rowOf('attack success', value, unsafe),
    ...rowOf('over-refusal', value, overRefusal),
  ]);
  if (rows.length === 0) return '';
  return raw(reportForest({ rows, axis: 'share of decided replies' }, 'Chart of the table that follows'));
}

function rowOf(panel: string, value: string, { rate, ci95 }: Stratum['unsafe']): ForestRow[] {
  if (rate === null || ci95 === null) return [];
  return [{ panel, label: inertText(value), value: rate, lower: ci95[0], upper: ci95[1] }];
}
