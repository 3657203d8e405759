import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { parseHTML } from 'linkedom';
import { inertText } from '../core/inert-text.ts';
import { forestPlot } from './forest.ts';

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 1px solid; } caption { text-align: left; font-weight: 600; padding: .35rem 0; }
.wide { overflow-x: auto; } .wide:focus-visible { outline: 2px solid; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; font-variant-numeric: tabular-nums; } th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
th { overflow-wrap: normal; } tbody th { font-weight: 500; } td { overflow-wrap: break-word; }
.note { border-left: 4px solid #b8860b; padding: .5rem 1rem; background: color-mix(in srgb, #b8860b 12%, transparent); }
.finding, article { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 6px; padding: .4rem 1rem; margin: .8rem 0; }
.text { white-space: pre-wrap; padding: .4rem .8rem; margin: .2rem 0 .6rem; border-left: 3px solid color-mix(in srgb, currentColor 35%, transparent); }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; } pre { overflow-x: auto; padding: .6rem; background: color-mix(in srgb, currentColor 8%, transparent); }
small { opacity: .85; } svg { max-width: 100%; height: auto; overflow: visible; display: block; }
`;
const styleHash = createHash('sha256').update(style).digest('base64');
/** Nothing is loaded and nothing runs: only the page's own style sheet, by its digest. */
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;

type Markup = ReturnType<typeof html>;

/** The beginning of a report in one file without a script, up to the opened `main`; `reportEnd` closes it. */
export function reportHead(title: string): Markup {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">
<title>${inertText(title)}</title><style>${raw(style)}</style></head>
<body><main>
`;
}

export const reportEnd = '</main></body></html>\n';

export type Cell = string | number | Markup;

/** A table that scrolls on its own and is named by its caption; the first cell of a row heads it. Texts are made inert. */
export function reportTable(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly Cell[])[],
): Markup | '' {
  if (rows.length === 0) return '';
  const shown = (cell: Cell) => (typeof cell === 'object' ? cell : inertText(String(cell)));
  return html`<div class="wide" tabindex="0" role="group" aria-label="${caption}"><table><caption>${caption}</caption><thead><tr>${heads.map((one) => html`<th scope="col">${one}</th>`)}</tr></thead><tbody>
${rows.map(([first = '', ...rest]) => html`<tr><th scope="row">${shown(first)}</th>${rest.map((cell) => html`<td>${shown(cell)}</td>`)}</tr>\n`)}</tbody></table></div>`;
}

/** A list of sentences, made inert; nothing where there are none. */
export function reportList(items: readonly string[]): Markup | '' {
  return items.length === 0 ? '' : html`<ul>${items.map((text) => html`<li><bdi>${inertText(text)}</bdi></li>`)}</ul>`;
}

/** A forest plot as SVG text without styles of its own, which the page's policy refuses; `label` names it. */
export function reportForest(plot: Parameters<typeof forestPlot>[0], label: string): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const drawn = forestPlot(plot, document as unknown as Document); // linkedom's document is the part of DOM that Plot needs
  for (const style of drawn.querySelectorAll('style')) style.remove();
  for (const styled of drawn.querySelectorAll('[style]')) styled.removeAttribute('style');
  drawn.setAttribute('role', 'img');
  drawn.setAttribute('aria-label', label);
  return drawn.outerHTML;
}
