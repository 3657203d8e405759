import { plainName, type TextTable } from './table.ts';

/** A Markdown file: its YAML front matter as text, where it has one, and its pipe tables. */
export type MarkdownFile = { frontMatter?: string; tables: TextTable[] };

/** Reads front matter and pipe tables (GitHub's form: a head, a line of dashes, rows). Text in code fences is no table. */
export function readMarkdown(name: string, text: string): MarkdownFile {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const end = lines[0]?.trim() === '---' ? lines.findIndex((line, i) => i > 0 && line.trim() === '---') : -1;
  const tables: TextTable[] = [];
  let fenced = false;
  for (let i = Math.max(0, end + 1); i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
    if (fenced || !line.includes('|') || !isRule(lines[i + 1])) continue;
    const columns = cellsOf(line).map(plainName);
    const rows: string[][] = [];
    let next = i + 2;
    for (; next < lines.length && (lines[next] ?? '').includes('|'); next++) rows.push(cellsOf(lines[next] ?? ''));
    tables.push({ at: `${name}, line ${i + 1}`, columns, rows });
    i = next - 1;
  }
  return end < 0 ? { tables } : { frontMatter: lines.slice(1, end).join('\n'), tables };
}

function isRule(line: string | undefined): boolean {
  return line?.includes('-') === true && /^\s*\|?(?:\s*:?-+:?\s*\|?)+\s*$/.test(line);
}

function cellsOf(line: string): string[] {
  return line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.replaceAll('\\|', '|').trim());
}
