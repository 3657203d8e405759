import { html, raw } from 'hono/html';
import { parseHTML } from 'linkedom';
import { type ForestRow, forestPlot } from '../charts/forest.ts';
import type { Claim, Evidence } from './evidence-schema.ts';

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 1px solid; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; } th { white-space: nowrap; } th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
.note { border-left: 4px solid #b8860b; padding: .5rem 1rem; background: color-mix(in srgb, #b8860b 12%, transparent); }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; } pre { overflow-x: auto; padding: .6rem; background: color-mix(in srgb, currentColor 8%, transparent); }
small { opacity: .8; } svg { max-width: 100%; height: auto; }
`;

/** The evidence as one self-contained page: every claim with its figures, its rows and its places in the log. */
export function evidenceHtml(evidence: Evidence, sha256: string): string {
  const sections = Map.groupBy(evidence.claims, (claim) => claim.section);
  const page = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Evidence · ${evidence.system.name}</title><style>${raw(style)}</style></head>
<body>
<h1>Evidence pack</h1>
<p>${evidence.system.name} ${evidence.system.version} · issued ${evidence.issuedAt} · <code>evidence.json</code> SHA-256 <code>${sha256}</code></p>
${evidence.demo ? html`<p class="note"><strong>Demonstration.</strong> The questions, traces, reviews and labels are illustrative, written for the project, and not verified by clinicians. The figures are those measured on them.</p>` : ''}
<h2>Check it yourself</h2>
<pre>${evidence.verify.command}</pre>
<p>${evidence.verify.independence}</p>
<table><tr><th>Log</th><td><code>${evidence.log.origin}</code></td></tr><tr><th>Key</th><td><code>${evidence.log.key}</code></td></tr>
<tr><th>Size</th><td>${evidence.log.size} leaves</td></tr><tr><th>Root</th><td><code>${evidence.log.rootHash}</code></td></tr></table>
<details><summary>Signed checkpoint</summary><pre>${evidence.log.checkpoint}</pre></details>
<h2>What is claimed</h2>
${[...sections].map(([name, claims]) => html`<h3>${name}</h3>${chartOf(name, claims)}${claimTable(claims)}`)}
<h2>What is not claimed</h2>
<ul>${evidence.notClaimed.map((text) => html`<li>${text}</li>`)}</ul>
<h2>What a person has to fill in</h2>
<table><tr><th>Item</th><th>Needs</th></tr>${evidence.human.map((one) => html`<tr><td>${one.item}</td><td>needs: ${one.needs}</td></tr>`)}</table>
<h2>Frameworks</h2>
<table><tr><th>Framework</th><th>Status</th><th>As of</th></tr>${evidence.frameworks.map((one) => html`<tr><td>${one.framework}</td><td>${one.status}</td><td>${one.asOf}</td></tr>`)}</table>
<p><small>Not legal advice.</small></p>
</body></html>
`;
  return String(page);
}

function claimTable(claims: Claim[]) {
  return html`<table><tr><th>Claim</th><th>Rows</th><th>Log positions</th></tr>
${claims.map(
  (
    claim,
  ) => html`<tr id="${claim.id}"><td>${claim.text}${claim.caveats.map((text) => html`<br><small>${text}</small>`)}</td>
<td>${claim.source.rows}<br><code>${claim.source.query}</code></td><td>${claim.source.leaves.join(', ') || '–'}</td></tr>`,
)}</table>`;
}

/** A forest plot where the claims of a section are shares with intervals; the table beside it holds the same numbers. */
function chartOf(section: string, claims: Claim[]) {
  const rows = claims.flatMap((claim) => forestRows(section, claim));
  if (rows.length === 0) return '';
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const axis = section === 'Evaluation' ? 'share of questions answered correctly' : 'share of decided replies';
  return raw(forestPlot({ rows, axis }, document as unknown as Document).outerHTML); // linkedom's document is the part of DOM that Plot needs
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
