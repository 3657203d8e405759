import { html, raw } from 'hono/html';
import { type Cell, reportList as list, reportEnd, reportHead, reportTable as table } from '../charts/report-page.ts';
import { inertText } from '../core/inert-text.ts';
import { intervalValueText, probabilityText, valueText } from './figure-text.ts';
import { forestSvg } from './forest-svg.ts';
import { powerText } from './plan.ts';
import { outcomeName } from './registered.ts';
import type { StudyAnalysis, StudyFinding } from './report-schema.ts';

/** One self-contained page without a script: the registered finding first, then how the study went, then all figures. */
export function studyHtml(analysis: StudyAnalysis): string {
  const { study, closed, primary, conduct } = analysis;
  const page = html`${reportHead(`Expert study · ${study.title}`)}<h1>Expert study: <bdi>${inertText(study.title)}</bdi></h1>
<p>Design sealed with SHA-256 <code>${study.digest}</code> · closed ${closed.at} by ${inertText(closed.by)}, ${closed.signature === undefined ? 'not signed by a person, since an administrator signs nothing' : `signed by ${inertText(closed.signature.name)} (${closed.signature.method})`}</p>
${study.illustrative ? html`<p class="note"><strong>Illustrative.</strong> Vignettes, answers and ratings were invented to show how a study is analysed. They say nothing about any model or clinician.</p>` : ''}
<h2>The registered primary analysis</h2>
<div class="finding"><p><strong>${inertText(primary.sentence)}</strong></p>
<p>Test: ${primary.test.method}. Interval: ${primary.interval.ciMethod ?? primary.interval.statistic}. ${primary.n} vignettes${primary.missing > 0 ? `, ${primary.missing} incomplete` : ''}. Test and interval ${primary.agree ? 'agree' : 'do not agree'}.</p></div>
${analysis.elsewhere.length === 0 ? '' : html`<p>Other figures of the same difference point elsewhere. They were not registered and decide nothing:</p>${list(analysis.elsewhere)}`}
<h2>Was the registration followed?</h2>
<p><strong>${conduct.followed ? 'Yes, as far as it can be checked.' : 'No.'}</strong></p>
${table(
  'Checks',
  ['Check', 'Met', 'How it is known'],
  conduct.checks.map((one) => [one.check, one.met === null ? 'cannot be said' : one.met ? 'yes' : 'no', one.text]),
)}
${analysis.refused.length === 0 ? '' : html`<h2>Claims that the plan refused</h2><p>Figures about them are context; this study makes none of these claims.</p>${list(analysis.refused)}`}
${flowHtml(analysis)}${chartsHtml(analysis)}${figuresHtml(analysis)}
<h2>Before you quote a figure</h2>${list(analysis.notes)}
${raw(reportEnd)}`;
  return String(page);
}

function flowHtml({ flow, agreement, blinding }: StudyAnalysis) {
  const { ratings } = flow;
  return html`<h2>Flow</h2>
<p>${flow.vignettes} vignettes${flow.counterfactualPairs > 0 ? `, ${flow.counterfactualPairs} counterfactual pairs` : ''}; ${ratings.planned} ratings planned, ${ratings.received} received (${ratings.imported} imported), ${ratings.excluded} excluded, ${ratings.analysed} analysed.</p>
${table(
  'By arm',
  ['Arm', 'Kind', 'People', 'Responses', 'of planned', 'Ratings', 'of planned', 'Excluded', 'Vignettes analysed'],
  flow.arms.map((one) => [
    one.arm,
    one.kind,
    one.people,
    one.responses,
    one.responsesPlanned,
    one.ratings,
    one.ratingsPlanned,
    one.excluded,
    one.vignettesAnalysed,
  ]),
)}
${table(
  'By rater',
  ['Rater', 'Imported', 'Planned', 'Ratings', 'Excluded'],
  flow.raters.map((one) => [one.rater, one.imported ? 'yes' : 'no', one.planned, one.ratings, one.excluded]),
)}
${table(
  'Why ratings do not count',
  ['Reason', 'Ratings'],
  flow.exclusions.map((one) => [one.reason, one.ratings]),
)}
<h2>Agreement of the raters</h2>
${agreement.map((axis) =>
  table(
    axis.axis,
    ['Figure', 'Value and 95 % interval', 'n', 'Raters'],
    axis.results.map((one) => [one.method, valueText(one), one.n, one.raters ?? '']),
  ),
)}
<p>Blinding: in ${blinding.recognised.k} of ${blinding.recognised.n} ratings the rater believed to recognise the source. Of the guesses of model or person ${blinding.guesses.right} were right, ${blinding.guesses.wrong} wrong; ${blinding.guesses.unsure} were "unsure".</p>`;
}

function chartsHtml(analysis: StudyAnalysis) {
  return html`<h2>Differences</h2>
${(['points', 'share'] as const).map((unit) => {
  const svg = forestSvg(analysis, unit);
  if (svg === undefined) return '';
  const rows = analysis.forest.filter((row) => row.unit === unit);
  return html`${raw(svg)}${table(
    unit === 'points' ? 'Differences in points' : 'Differences of the shares that pass',
    ['Contrast', 'Analysis', 'Difference and interval'],
    rows.map((row) => [row.label, row.panel, intervalValueText(row.value, [row.lower, row.upper])]),
  )}`;
})}`;
}

function findingRow(one: StudyFinding): Cell[] {
  return [
    `${one.contrast.a} − ${one.contrast.b}`,
    outcomeName(one.outcome),
    one.finding,
    valueText(one.interval),
    probabilityText(one.test),
    one.test.method,
    one.n,
  ];
}

function figuresHtml(analysis: StudyAnalysis) {
  const { arms, secondary, pairs, overall, sensitivity, counterfactual, power } = analysis;
  return html`<h2>Arms</h2>
${table(
  'Mean over vignettes',
  ['Arm', 'Total', ...analysis.scale.axes, 'Passed'],
  arms.map((one) => [
    one.arm,
    valueText(one.total),
    ...one.axes.map((axis) => valueText(axis.figure)),
    one.passed === undefined ? '' : `${one.passed.k}/${one.passed.n}`,
  ]),
)}
<h2>Secondary contrasts</h2>
${table('Registered secondary contrasts, adjusted by Holm', ['Contrast', 'Outcome', 'Finding', 'Difference', 'p', 'Test', 'n'], secondary.map(findingRow))}
<h2>All pairs, as context</h2>
${pairs.map(
  (pair) => html`<h3>${pair.a} − ${pair.b}</h3>
${table(
  `Against margins: ${pair.a} − ${pair.b}`,
  ['Claim', 'Margin', 'p', 'Level', 'Verdict'],
  pair.margins.map((one) => [
    one.claim,
    one.margin,
    one.p === null ? 'undefined' : one.p.toPrecision(2),
    one.level,
    one.refused ? 'no claim: refused by the plan' : one.shown ? 'shown' : 'not shown',
  ]),
)}
${table(
  `Figures: ${pair.a} − ${pair.b}`,
  ['Figure', 'Value and interval', 'p'],
  pair.results.map((one) => [one.method, valueText(one), probabilityText(one)]),
)}`,
)}
${table(
  'All arms',
  ['Figure', 'Value', 'p', 'Pair'],
  overall.map((one) => [one.method, valueText(one), probabilityText(one), one.pair?.join(' − ') ?? '']),
)}
${table(
  'BCa by the tie rule that was not registered',
  ['Pair', 'Value and interval', 'Rule'],
  sensitivity.map((one) => [one.pair?.join(' − ') ?? '', valueText(one), one.ciMethod ?? '']),
)}
${table(
  'Counterfactual pairs',
  ['Arm', 'Pairs', 'Changed − base'],
  counterfactual.map((one) => [one.arm, one.pairs, valueText(one.difference)]),
)}
<h2>Power and precision</h2>
${table(
  'Before the study',
  ['Claim', 'Power', 'n', 'Method', 'Refused'],
  power.planned.map((one) => [
    one.claim,
    one.power === null ? `unknown: ${one.reason ?? ''}` : powerText(one.power),
    one.n,
    one.method,
    one.refused ? 'yes' : 'no',
  ]),
)}
${table(
  'After the study',
  ['Figure', 'Value'],
  power.after.map((one) => [one.text, one.value === null ? 'undefined' : Number(one.value.toPrecision(3))]),
)}`;
}
