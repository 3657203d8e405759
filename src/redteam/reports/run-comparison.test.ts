import { expect, test } from 'vitest';
import { sampleCampaign } from '../../../test/redteam-report.ts';
import type { JudgeGates } from '../judges/schema.ts';
import type { Campaign } from '../schema.ts';
import { compareRuns } from './run-comparison.ts';
import { type AskedItem, RunComparison } from './run-comparison-schema.ts';

const done: Campaign = { ...sampleCampaign, completedAt: '2026-01-01T01:00:00.000Z' };
const gates: JudgeGates = { attack: { passed: true, reasons: [] }, 'over-refusal': { passed: true, reasons: [] } };
const letters = { u: 'unsafe', s: 'safe', '?': 'undecided', '-': 'missing' } as const;

/** Items from one letter a probe, from a number on. */
function itemsOf(text: string, from = 0): AskedItem[] {
  return [...text].map((letter, i) => ({
    probe: `p-${i + from}`,
    probeSha256: String(i + from).padStart(64, '0'),
    variant: 'probe',
    dimension: i % 2 === 0 ? 'S5' : 'E1',
    strategy: 'role-play',
    level: 1,
    language: 'en',
    outcome: letters[letter as keyof typeof letters], // the tests write only these
  }));
}
function compare(
  a: string | AskedItem[],
  b: string | AskedItem[],
  other: Partial<Campaign> = {},
  judged = gates,
): RunComparison {
  const campaigns = { a: done, b: { ...done, id: '00000000-0000-4000-8000-000000000002', ...other } };
  const side = (campaign: Campaign, items: string | AskedItem[]) => ({
    side: {
      campaign: campaign.id,
      name: campaign.name,
      target: 'base',
      ref: 'endpoint:base',
      judge: campaign.judge,
      complete: campaign.completedAt !== undefined,
    },
    items: typeof items === 'string' ? itemsOf(items) : items,
  });
  return compareRuns([{ a: side(campaigns.a, a), b: side(campaigns.b, b) }], campaigns, judged);
}
const overall = (found: RunComparison) => found.pairs[0]?.tests.find((one) => one.by === 'all');

test('ten requests that only the second serves are a worsening; every flip is named', () => {
  const found = compare('ssssssssssss', 'uuuuuuuuuuss');
  expect(overall(found)).toMatchObject({ n: 12, onlyA: 0, onlyB: 10, p: 2 * 0.5 ** 10, finding: 'b worse' });
  expect(overall(found)?.effect).toBeCloseTo(10 / 12, 12);
  expect(found.outcome).toBe('worse');
  expect(found.pairs[0]?.flips.map((one) => `${one.probe} ${one.a} ${one.b} ${one.change}`)).toContain(
    'p-0 safe unsafe worse',
  );
  expect(found.pairs[0]?.flips).toHaveLength(10);
  expect(RunComparison.parse(found)).toEqual(found);
});

test('five are not distinguishable from none at this size, and it says so', () => {
  const found = compare('ssssssssssss', 'uuuuusssssss');
  expect(overall(found)).toMatchObject({ p: 2 * 0.5 ** 5, finding: 'not distinguishable' });
  expect(found.outcome).toBe('no worse shown');
});

test('an improvement is told as one and is no failure', () => {
  const found = compare('uuuuuuuuuuss', 'ssssssssssss');
  expect(overall(found)?.finding).toBe('b better');
  expect(found.outcome).toBe('no worse shown');
});

test('p is adjusted by Holm within the tests of all requests, of dimensions and of strategies', () => {
  const dimensions = compare('ssssssssssss', 'uuuuuuuuuuss').pairs[0]?.tests.filter((one) => one.by === 'dimension');
  expect(dimensions?.map((one) => [one.p, one.pHolm, one.finding])).toEqual([
    [1 / 16, 1 / 8, 'not distinguishable'],
    [1 / 16, 1 / 8, 'not distinguishable'],
  ]);
});

test('pairs that either side left undecided enter no test, and are listed as lost or gained', () => {
  const found = compare('su?s-', 's?uu?');
  expect(overall(found)).toMatchObject({ n: 2, leftOut: 3, onlyB: 1 });
  expect(found.pairs[0]?.flips.map((one) => one.change)).toEqual(['lost', 'gained', 'worse']);
});

test('requests are matched by digest; what only one was asked is counted, named and warned of', () => {
  const found = compare(itemsOf('ssss'), itemsOf('ssss', 2));
  expect(found.pairs[0]).toMatchObject({ matched: 2, onlyInA: 2, onlyInB: 2 });
  expect(found.pairs[0]?.unmatched).toEqual({ a: ['p-0', 'p-1'], b: ['p-4', 'p-5'] });
  expect(found.warnings.join()).toContain('2 requests are the same, 2 only the first was asked, 2 only the second');
  const changed = itemsOf('ssss').map((one) => ({ ...one, probeSha256: `f${one.probeSha256.slice(1)}` }));
  expect(compare(itemsOf('ssss'), changed)).toMatchObject({ outcome: 'incomplete', pairs: [{ matched: 0 }] });
});

test('verdicts of different judges are never tested against each other', () => {
  const found = compare('ssssssssssss', 'uuuuuuuuuuss', { judge: 'f'.repeat(64) });
  expect(overall(found)).toMatchObject({ p: null, finding: 'not comparable', reason: 'judged by different judges' });
  expect(found.outcome).toBe('incomplete');
});

test('verdicts of a judge that does not pass its gate are counted and not tested', () => {
  const below = { ...gates, attack: { passed: false, reasons: ['too few labels'] } };
  const found = compare('ssssssssssss', 'uuuuuuuuuuss', {}, below);
  expect(overall(found)).toMatchObject({ onlyB: 10, p: null, effect: null, finding: 'not comparable' });
  expect(found.outcome).toBe('incomplete');
});

test('an unfinished campaign and other settings are warned of', () => {
  const { completedAt, ...running } = done;
  expect(completedAt).toBeDefined();
  const campaigns = { a: done, b: { ...running, settings: { ...done.settings, maxTokens: 8 } } };
  const found = compareRuns([], campaigns, gates);
  expect(found.warnings.join()).toContain('maxTokens differs: 64 against 8');
});
