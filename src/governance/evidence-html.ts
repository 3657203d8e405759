import { html, raw } from 'hono/html';
import type { ForestRow } from '../charts/forest.ts';
import { reportEnd, reportForest, reportHead, reportList, reportTable } from '../charts/report-page.ts';
import type { Claim, Evidence } from './evidence-schema.ts';

/** The evidence as one self-contained page: every claim with its figures, its rows and its places in the log. */
export function evidenceHtml(evidence: Evidence, sha256: string): string {
  const sections = Map.groupBy(evidence.claims, (claim) => claim.section);
  const page = html`${reportHead(`Evidence · ${evidence.system.name}`)}<h1>Evidence pack</h1>
<p>${evidence.system.name} ${evidence.system.version} · issued ${evidence.issuedAt} · <code>evidence.json</code> SHA-256 <code>${sha256}</code></p>
${evidence.demo ? html`<p class="note"><strong>Demonstration.</strong> The questions, traces, reviews and labels are illustrative, written for the project, and not verified by clinicians. The figures are those measured on them.</p>` : ''}
<h2>Check it yourself</h2>
<pre>${evidence.verify.command}</pre>
<p>${evidence.verify.independence}</p>
${reportTable(
  'The log at that time',
  ['Fact', 'Value'],
  [
    ['Log', html`<code>${evidence.log.origin}</code>`],
    ['Key', html`<code>${evidence.log.key}</code>`],
    ['Size', `${evidence.log.size} leaves`],
    ['Root', html`<code>${evidence.log.rootHash}</code>`],
  ],
)}
<details><summary>Signed checkpoint</summary><pre>${evidence.log.checkpoint}</pre></details>
<h2>What is claimed</h2>
${[...sections].map(([name, claims]) => html`<h3>${name}</h3>${chartOf(name, claims)}${claimTable(name, claims)}`)}
<h2>What is not claimed</h2>
${reportList(evidence.notClaimed)}
<h2>What a person has to fill in</h2>
${reportTable(
  'What a person has to fill in',
  ['Item', 'Needs'],
  evidence.human.map((one) => [one.item, `needs: ${one.needs}`]),
)}
<h2>Frameworks</h2>
${reportTable(
  'Frameworks',
  ['Framework', 'Status', 'As of'],
  evidence.frameworks.map((one) => [one.framework, one.status, one.asOf]),
)}
<p><small>Not legal advice.</small></p>
${raw(reportEnd)}`;
  return String(page);
}

function claimTable(section: string, claims: Claim[]) {
  return reportTable(
    section,
    ['Claim', 'Rows', 'Log positions'],
    claims.map(({ id, text, caveats, source }) => [
      html`<span id="${id}">${text}</span>${caveats.map((caveat) => html`<br><small>${caveat}</small>`)}`,
      html`${source.rows}<br><code>${source.query}</code>`,
      source.leaves.join(', ') || '–',
    ]),
  );
}

/** A forest plot where the claims of a section are shares with intervals; the table beside it holds the same numbers. */
function chartOf(section: string, claims: Claim[]) {
  const rows = claims.flatMap((claim) => forestRows(section, claim));
  if (rows.length === 0) return '';
  const axis = section === 'Evaluation' ? 'share of questions answered correctly' : 'share of decided replies';
  return raw(reportForest({ rows, axis }, `${section}: chart of the table that follows`));
}

function forestRows(section: string, claim: Claim): ForestRow[] {
  const row = (panel: string, label: string, figure: unknown): ForestRow[] => {
    if (typeof figure !== 'object' || figure === null || !('rate' in figure) || !('ci95' in figure)) return [];
    const { rate, ci95 } = figure;
    if (typeof rate !== 'number' || !Array.isArray(ci95)) return [];
    const [lower, upper] = ci95;
    return typeof lower === 'number' && typeof upper === 'number' ? [{ panel, label, value: rate, lower, upper }] : [];
  };
  if (section === 'Red team') {
    const model = claim.id.replace('redteam-', '');
    return [
      ...row('unsafe replies', model, claim.figures.unsafe),
      ...row('over-refusal', model, claim.figures.overRefusal),
    ];
  }
  if (section === 'Evaluation') {
    const [, model = '', set = ''] = /^evaluation-([^-]+)-(.+)$/.exec(claim.id) ?? [];
    return row(set, model, claim.figures);
  }
  return [];
}
