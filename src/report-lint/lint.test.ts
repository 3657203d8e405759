import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Declaration } from './declaration.ts';
import { type LintReport, lintTables, type TableReport } from './lint.ts';
import { readPrinted } from './printed.ts';
import { readDeclarations, readReport } from './read-file.ts';

function lint(name: string, text: string, declaration?: string): LintReport {
  const { tables, declarations } = readReport(name, text);
  return lintTables(
    tables,
    declaration === undefined ? (declarations ?? []) : readDeclarations('declaration', declaration),
  );
}

function example(name: string): TableReport {
  const path = `examples/report-linter/${name}`;
  const [table] = lint(path, readFileSync(path, 'utf8')).tables;
  if (table === undefined) throw new Error(`${path} has no table`);
  return table;
}

test("the paper's Table 1: all twelve macro averages are confirmed, and nothing contradicts itself", () => {
  const table = example('table-1.md');
  expect(table.errors).toEqual([]);
  expect(table.tallies).toContainEqual(expect.objectContaining({ rule: 'macro-average', checked: 12, passed: 12 }));
  // Three cells do not fit the sizes that the table does not state.
  expect(table.notices.filter(({ rule }) => rule === 'granularity').map(({ cells }) => cells[0])).toEqual([
    { row: 'google_medgemma-27b-text-it', column: 'MedQA-TW', printed: '65.62' },
    { row: 'google_medgemma-27b-text-it', column: 'MedQA-CN', printed: '79.05' },
    { row: 'Lingshu-32B', column: 'CE Phys.', printed: '45.21' },
  ]);
});

test("the paper's Table 2: exactly the two errors, with what would fit", () => {
  const table = example('table-2.md');
  expect(table.errors.map(({ row, rules }) => ({ row, rules }))).toEqual([
    { row: 'Qwen3-32B (base)', rules: ['mean-of-parts'] },
    { row: 'gpt-5-mini', rules: ['range', 'mean-of-parts'] },
  ]);
  expect(table.errors[0]?.messages[0]).toMatch(/printed 1\.12, .* give 1\.23/);
  expect(table.errors[1]?.messages.join(' ')).toMatch(/0\.04 is outside the scale 1 to 5.*S1 1\.04/);
  const means = table.tallies.filter(({ rule }) => rule === 'mean-of-parts');
  expect(means.map(({ passed }) => passed)).toEqual([12, 11, 11]);
  expect(table.tallies).toContainEqual(expect.objectContaining({ rule: 'macro-average', checked: 12, passed: 12 }));
  expect(table.tallies).toContainEqual(expect.objectContaining({ rule: 'granularity', checked: 24, passed: 24 }));
  expect(table.notices.map(({ message }) => message).join(' ')).toMatch(/n = 150 supports 0; .* 65 \[57, 72\]/);
});

test('cells are read with emphasis, footnote marks, percent signs, real minus signs and thousands commas', () => {
  expect(readPrinted('**1.04**†')).toMatchObject({ value: 1.04, decimals: 2, bold: true, text: '1.04' });
  expect(readPrinted('−0.5')).toMatchObject({ value: -0.5, decimals: 1 });
  expect(readPrinted('81.3 %')).toMatchObject({ value: 81.3, decimals: 1 });
  expect(readPrinted('12,345')).toMatchObject({ value: 12345, decimals: 0 });
  expect(readPrinted('１.50')).toMatchObject({ value: 1.5, decimals: 2 });
  for (const empty of ['', '–', '-', 'n/a', '…']) expect(readPrinted(empty)).toBe('missing');
  for (const text of ['1.2.3', 'high', '1 ± 2', '1,2']) expect(readPrinted(text)).toBe('unreadable');
});

test('ranks: equal printed values may stand in either order, others not', () => {
  const declaration = 'label: model\ncolumns: {}\nranks: [{ column: rank, by: score }]';
  const good = 'model,score,rank\na,3,1\nb,2,3\nc,2,2\nd,1,4\n';
  expect(lint('t.csv', good, declaration).clean).toBe(true);
  const bad = lint('t.csv', good.replace('d,1,4', 'd,1,3'), declaration);
  expect(bad.tables[0]?.errors[0]?.messages).toEqual(['d: rank is printed 3, but score 1 is 4 of 4']);
});

test('bold cells must be the best of their column', () => {
  const text = (bold: string): string =>
    `---\nlabel: m\ncolumns: { risk: { better: lower } }\n---\n| m | risk |\n|---|---|\n| a | 1.2 |\n| b | ${bold} |\n`;
  expect(lint('t.md', text('**1.1**')).clean).toBe(true);
  const wrong = lint('t.md', text('**1.3**'));
  expect(wrong.tables[0]?.errors[0]?.messages).toEqual(['b, risk: 1.3 is bold as the best, but a has 1.2']);
});

test('granularity: what no whole number gives is a finding where n is stated, a notice where it is assumed', () => {
  const declare = (n: string): string => `label: m\ncolumns: { rate: { unit: percent, ${n} } }`;
  // 28 subjects: 3.57 % steps; GRIM's own example, a mean of 3.45 from 25 whole numbers, cannot be.
  expect(lint('t.csv', 'm,rate\na,53.57\n', declare('n: 28')).clean).toBe(true);
  expect(lint('t.csv', 'm,rate\na,53.00\n', declare('n: 28')).tables[0]?.errors).toHaveLength(1);
  const assumed = lint('t.csv', 'm,rate\na,53.00\n', declare('assumedN: 28'));
  expect([assumed.clean, assumed.tables[0]?.notices[0]?.rule]).toEqual([true, 'granularity']);
  const mean = 'label: m\ncolumns: { score: { unit: mean, n: 25 } }';
  expect(lint('t.csv', 'm,score\na,3.45\n', mean).clean).toBe(false);
  expect(lint('t.csv', 'm,score\na,3.44\n', mean).clean).toBe(true);
  // Two items a person double the grid; 200 people make every two-decimal mean possible, which is no confirmation.
  expect(lint('t.csv', 'm,score\na,3.46\n', mean.replace('n: 25', 'n: 25, items: 2')).clean).toBe(true);
  expect(lint('t.csv', 'm,score\na,3.45\n', mean.replace('25', '200')).tables[0]?.tallies[0]).toMatchObject({
    checked: 0,
    skipped: 1,
  });
});

test('a lost zero is a notice; JSON numbers, which lose zeros, are read with the declared decimals', () => {
  const declaration = { label: 'm', columns: { x: {} }, means: [] };
  const table = (columns: object) =>
    JSON.stringify({
      columns: ['m', 'x'],
      rows: [
        ['a', 1.25],
        ['b', 1.1],
      ],
      declaration: { ...declaration, columns },
    });
  expect(lint('t.json', table({ x: {} })).tables[0]?.notices[0]?.message).toMatch(/b 1\.1 has fewer decimals/);
  expect(lint('t.json', table({ x: { decimals: 2 } })).tables[0]?.notices).toEqual([]);
  const rows = '[{"m":"a","x":1},{"m":"b","x":9}]';
  expect(lint('t.json', rows, 'label: m\ncolumns: { x: { scale: [1, 5] } }').errors).toBe(1);
});

test('weights: a pooled mean is checked against the sizes of its parts', () => {
  const declaration = 'label: m\ncolumns: {}\nmeans: [{ of: [a, b], equals: all, weights: [300, 100] }]';
  expect(lint('t.csv', 'm,a,b,all\nx,10.0,20.0,12.5\n', declaration).clean).toBe(true);
  expect(lint('t.csv', 'm,a,b,all\nx,10.0,20.0,15.0\n', declaration).clean).toBe(false);
});

test.each([
  ['a column that is not there', 't.csv', 'm,x\na,1\n', 'label: m\ncolumns: { y: {} }', /no table has the columns “y”/],
  ['a cell that is no number', 't.csv', 'm,x\na,high\n', 'label: m\ncolumns: { x: {} }', /row “a”, column “x”: “high”/],
  ['a setting that does not exist', 't.csv', 'm,x\na,1\n', 'label: m\ncolumns: { x: { scael: [1, 5] } }', /scael/],
  ['a scale upside down', 't.csv', 'm,x\na,1\n', 'label: m\ncolumns: { x: { scale: [5, 1] } }', /below the upper/],
  ['declarations that are no YAML', 't.csv', 'm,x\na,1\n', 'label: [', /is no YAML/],
  ['a table without rows', 't.csv', 'm,x\n', 'label: m\ncolumns: { x: {} }', /no row/],
  ['another format', 't.xlsx', '', 'label: m\ncolumns: {}', /only \.csv, \.md and \.json/],
  ['Markdown without a table', 't.md', 'words', 'label: m\ncolumns: {}', /no table/],
  ['broken JSON', 't.json', '{', 'label: m\ncolumns: {}', /is no JSON/],
])('%s is bad input, with the place', (_, name, text, declaration, message) => {
  expect(() => lint(name, text, declaration)).toThrow(message);
});

test('tables without a declaration are named, not passed over', () => {
  const text = '| m | x |\n|---|---|\n| a | 1 |\n\n| other |\n|---|\n| 2 |\n';
  const report = lint('t.md', text, 'label: m\ncolumns: { x: {} }');
  expect(report.undeclared).toEqual(['t.md, line 5']);
});

const declaration = Declaration.parse({
  label: 'm',
  columns: { a: { scale: [1, 5] }, b: { scale: [1, 5] }, all: { scale: [1, 5] } },
  means: [{ of: ['a', 'b'], equals: 'all' }],
});
const score = fc.double({ min: 1, max: 5, noNaN: true });

test('a true table raises no alarm however it is rounded, and a planted error above the rounding is found', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(score, score), { minLength: 1, maxLength: 12 }), fc.nat(), (rows, planted) => {
      const cells = rows.map(([a, b], i) => [`row ${i}`, a.toFixed(2), b.toFixed(2), ((a + b) / 2).toFixed(2)]);
      const table = { at: 'table', columns: ['m', 'a', 'b', 'all'], rows: cells };
      expect(lintTables([table], [declaration]).errors).toBe(0);
      const wrong = planted % rows.length;
      const changed = cells.map((row, i) =>
        i === wrong ? [...row.slice(0, 3), (Number(row[3]) + (Number(row[3]) > 3 ? -0.11 : 0.11)).toFixed(2)] : row,
      );
      const report = lintTables([{ ...table, rows: changed }], [declaration]);
      expect(report.tables[0]?.errors.map((error) => error.row)).toEqual([`row ${wrong}`]);
    }),
  );
});
