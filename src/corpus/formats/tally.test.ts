import { expect, test } from 'vitest';
import { importReportSchema, listedSkips } from '../schema.ts';
import { importTally } from './tally.ts';

const file = { path: 'a.jsonl', sha256: '0'.repeat(64), format: 'safemed', role: 'questions', notes: [] } as const;

test('rows are the sum of what became of them, in each file and in all', () => {
  const tally = importTally('d');
  for (const outcome of ['imported', 'imported', 'duplicates'] as const) tally.row(outcome);
  tally.row({ row: 4, line: 9, reason: 'bad-answer', detail: 'x' });
  tally.endFile({ ...file, notes: [] });
  tally.row('joined');
  tally.row('unjoined');
  tally.endFile({ ...file, path: 'b.json', format: 'pubmedqa-ground-truth', role: 'ground-truth', notes: ['n'] });
  const report = importReportSchema.parse(tally.report());
  expect(report.counts).toEqual({ rows: 6, imported: 2, duplicates: 1, skipped: 1, joined: 1, unjoined: 1 });
  expect(report.files.map(({ path, rows, notes }) => [path, rows, notes])).toEqual([
    ['a.jsonl', 4, []],
    ['b.json', 2, ['n']],
  ]);
  expect(report.skipped).toEqual([{ file: 'a.jsonl', row: 4, line: 9, reason: 'bad-answer', detail: 'x' }]);
  expect(report.formats).toEqual(['safemed', 'pubmedqa-ground-truth']);
});

test('a report lists a bounded number of skipped rows and counts all of them', () => {
  const tally = importTally('d');
  for (let row = 1; row <= listedSkips + 50; row++) tally.row({ row, reason: 'malformed-json', detail: 'x' });
  tally.endFile({ ...file, notes: [] });
  const report = tally.report();
  expect(report.skipped).toHaveLength(listedSkips);
  expect(report.skippedByReason).toEqual({ 'malformed-json': listedSkips + 50 });
  expect(report.notes).toEqual(['50 more skipped rows are counted by reason and not listed.']);
});
