import { inertText } from '../../../core/inert-text.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text as XML 1.0 may hold it, in an element or an attribute; line breaks of an attribute stay. */
export function xmlText(text: string): string {
  return inertText(text)
    .replace(/[\ufffe\uffff]/gu, '\ufffd')
    .replace(/[&<>"']/gu, (one) => entities[one] ?? '')
    .replace(/\n/gu, '&#10;')
    .replace(/\t/gu, '&#9;');
}

/**
 * A cell of a CSV file (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe in front, also where
 * blanks stand before it, so such a cell is not byte for byte the source; JSON Lines are.
 */
export function csvCell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = inertText(value);
  const safe = /^[\s\u00a0]*[=+\-@＝＋－＠|%]/u.test(text) || /^[\t\n]/u.test(text) ? `'${text}` : text;
  return /[",\n;\t']/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * Text as a code span of Markdown on one line, in which no mark-up, link, mention or HTML acts; for table cells too, where
 * a bar would end the cell.
 */
export function markdownCode(text: string): string {
  const line = inertText(text).replace(/\n/gu, ' ⏎ ').replace(/\t/gu, ' ').replaceAll('|', '¦').trim();
  if (line === '') return '–';
  const longest = Math.max(0, ...Array.from(line.matchAll(/`+/gu), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${line}${fence}` : `${fence} ${line} ${fence}`;
}

/** Text as a message of SARIF 2.1.0 (3.11): brackets would be links, braces placeholders. */
export function sarifMessage(text: string): string {
  return inertText(text)
    .replace(/[\\[\]]/gu, '\\$&')
    .replaceAll('{', '{{')
    .replaceAll('}', '}}');
}
