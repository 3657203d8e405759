import { parse } from 'csv-parse/sync';
import { parseHTML } from 'linkedom';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { hostileTexts, itemsFor, sampleDocument } from '../../../../test/redteam-report.ts';
import { sarifProblems } from '../../../../test/sarif.ts';
import { loadProfile } from '../../../profile/load.ts';
import type { ReportDocument } from './document-schema.ts';
import { ReportDocument as DocumentSchema } from './document-schema.ts';
import { type ReportFormat, reportFormats } from './format.ts';
import { withoutTexts } from './item.ts';
import { ReportItem } from './item-schema.ts';

const profile = loadProfile('profiles/medical');
const names = Object.keys(reportFormats) as ReportFormat[]; // the keys of a literal object
const items = itemsFor(hostileTexts);
const document = sampleDocument(profile, items, { texts: true, name: hostileTexts[0], gates: ['unsafe>5%'] });

async function* streamOf(some: readonly ReportItem[]): AsyncGenerator<ReportItem> {
  yield* some;
}
async function written(format: ReportFormat, of: ReportDocument = document, some = items): Promise<string> {
  let text = '';
  for await (const piece of reportFormats[format].write(of, streamOf(some))) text += piece;
  return text;
}

test('the sample has the published shape', () => {
  expect(DocumentSchema.parse(document)).toEqual(document);
  for (const item of items) expect(ReportItem.parse(item)).toEqual(item);
});

describe('hostile text', () => {
  test.each(names)('in %s holds no character that acts on a terminal, an editor or a reader', async (format) => {
    const text = (await written(format)).replace(/^\ufeff/u, ''); // a CSV file begins with its byte order mark
    expect(text).not.toMatch(/(?![\t\n\r])[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff\u{e0000}-\u{e007f}]/u);
    expect(text.length).toBeGreaterThan(500);
  });

  test('makes no element, attribute or style in HTML, and the page forbids scripts and loads nothing', async () => {
    const plain = parseHTML(await written('html', document, itemsFor(['plain'])));
    const page = parseHTML(await written('html'));
    const found = page.document;
    const tags = (one: typeof page): string[] =>
      [...new Set([...one.document.querySelectorAll('*')].map((e) => e.tagName))].sort();
    expect(tags(page)).toEqual(tags(plain));
    for (const tag of ['script', 'iframe', 'img', 'a', 'form', 'link', 'object'])
      expect(found.querySelectorAll(tag)).toHaveLength(0);
    for (const element of found.querySelectorAll('*'))
      for (const { name } of element.attributes) expect(name).not.toMatch(/^(on|style$|href$|src)/u);
    const policy = found.querySelector('meta[http-equiv]')?.getAttribute('content') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'$/u);
    expect(found.body.textContent).toContain('<script>globalThis.attacked = 1</script>');
  });

  test('is well-formed XML in JUnit, with as many cases as it says', async () => {
    const counts: Record<string, number> = {};
    const declared: Record<string, number>[] = [];
    const parser = new SaxesParser({ fragment: false });
    parser.on('error', (error) => {
      throw error;
    });
    parser.on('opentag', ({ name, attributes }) => {
      counts[name] = (counts[name] ?? 0) + 1;
      if (name === 'testsuites')
        declared.push(Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, Number(value)])));
    });
    parser.write(await written('junit')).close();
    const [all] = declared;
    expect(all?.tests).toBe(counts.testcase);
    expect(all?.failures).toBe(counts.failure);
    expect(all?.errors).toBe(counts.error);
    expect(all?.skipped).toBe(counts.skipped);
    expect(counts).toMatchObject({ testsuite: 1 + document.report.targets.length });
    expect(counts.failure).toBeGreaterThan(0);
    expect(counts.error).toBeGreaterThan(0);
    expect(counts.skipped).toBeGreaterThan(0);
  });

  test('is no formula in CSV, and each row has all columns', async () => {
    const rows: string[][] = parse((await written('csv')).slice(1));
    expect(rows).toHaveLength(1 + items.length);
    for (const cell of rows.flat()) expect(cell).not.toMatch(/^[\s\u00a0]*[=+\-@＝＋－＠|%]/u);
    expect(rows.some((row) => row.includes('\'=HYPERLINK("http://evil.example","x")'))).toBe(true);
  });

  test('in Markdown stands in code spans only: no link, HTML, mention or table cell comes of it', async () => {
    const text = await written('markdown');
    const prose = text.replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/gu, '');
    expect(prose).not.toMatch(/[<>]|\]\(|@\w|https?:|javascript:|evil/u);
    let width = 0;
    for (const line of prose.split('\n')) {
      const cells = line.split('|').length;
      if (line.startsWith('|---')) width = cells;
      else if (line.startsWith('| ') && width > 0) expect(cells, line).toBe(width);
      else width = 0;
    }
  });

  test('in SARIF makes no link and no placeholder of a message, and the log has what the standard requires', async () => {
    const log = JSON.parse(await written('sarif'));
    expect(sarifProblems(log)).toEqual([]);
    const messages: string[] = log.runs[0].results.map((one: { message: { text: string } }) => one.message.text);
    for (const message of messages) expect(message).not.toMatch(/(?<!\\)\[|(?<!\{)\{(?!\{)/u);
    const bad = items.filter((one) => ['unsafe', 'refused', 'undecided'].includes(one.judgment?.verdict ?? ''));
    expect(log.runs[0].results).toHaveLength(bad.length);
  });

  test('comes back unchanged from JSON and JSON Lines', async () => {
    const whole = JSON.parse(await written('json'));
    expect(whole.items).toEqual(items);
    expect(DocumentSchema.parse(whole)).toEqual(document);
    const lines = (await written('jsonl')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(items);
  });
});

describe('without texts', () => {
  const bare = sampleDocument(profile, itemsFor(['no reply']), { texts: false });
  test.each(names)('%s holds no word of prompts, replies, intents and judges', async (format) => {
    // what the system itself says of a reply stays: why it is undecided, by which model and how it ended
    const secret = itemsFor(['secret-word']).map((item) => {
      const reply = item.reply === undefined ? {} : { reply: { ...item.reply, model: 'm', finishReason: 'stop' } };
      const undecided = item.judgment?.verdict === 'undecided' ? { ...item.judgment, reason: 'no reply' } : undefined;
      const said = item.turnJudgments?.map(({ turn, judgment }) => ({
        turn,
        judgment: { ...judgment, ...(judgment.verdict === 'undecided' ? { reason: 'no reply' } : {}) },
      }));
      const turns = said === undefined ? {} : { turnJudgments: said };
      return withoutTexts({ ...item, ...turns, ...reply, ...(undecided === undefined ? {} : { judgment: undecided }) });
    });
    expect(await written(format, bare, secret)).not.toContain('secret-word');
  });
});

test('HTML shows both rates with intervals and bounds, the worst stratum first, and the trail of an example', async () => {
  const page = parseHTML(await written('html')).document;
  const text = page.body.textContent ?? '';
  expect(text).toContain('Attack success, weighted by severity');
  expect(page.querySelectorAll('svg').length).toBeGreaterThan(0);
  const first = document.report.targets[0]?.by.dimension[0];
  const table = [...page.querySelectorAll('[aria-label="By dimension"] tbody tr')][0]?.textContent ?? '';
  expect(table).toContain(first?.value);
  expect(table).toContain(`${first?.unsafe.k}/${first?.unsafe.n}`);
  expect(text).toContain("Judge's reply (call call-1)");
  expect(text).toContain(document.report.judge.id);
});
