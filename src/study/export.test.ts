import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestApp } from '../../test/app.ts';
import { asMaker, type DesignParts, openedStudy, responses, studyApp } from '../../test/study.ts';
import { syn30Axes, syn30Design, syn30Scores, syn30Text } from '../../test/syn-30.ts';
import { StudyAnalysis } from './report-schema.ts';

let app: TestApp;
beforeAll(async () => {
  app = await studyApp();
});
afterAll(() => app.close());

function send(method: string, path: string, body?: unknown) {
  return app.as('engineer').send(method, `/v1/studies/${path}`, body);
}

/** The synthetic study rated elsewhere, with another registration. */
async function imported(registration: DesignParts = {}, parts: DesignParts = {}): Promise<string> {
  const of = syn30Design({ raters: { perResponse: 2 }, ...parts }, { replicates: 1000, ...registration });
  const rows = responses(of, syn30Text);
  const { id } = await openedStudy(app, of, rows);
  const scores = syn30Scores();
  const ratings = ['rater-a', 'rater-b'].flatMap((rater) =>
    rows.map(({ text, ...row }) => ({ ...row, rater, scores: scores(text, rater), seconds: 40 })),
  );
  const reply = await send('POST', `${id}/imported-ratings`, { rows: ratings });
  expect(reply.body).toEqual({ added: 180, same: 0 });
  await asMaker(app, 'POST', `/${id}/close`, {});
  return id;
}

async function text(id: string, file: string): Promise<string> {
  const { status, body } = await send('GET', `${id}/export/${file}`);
  expect([file, status]).toEqual([file, 200]);
  return typeof body === 'string' ? body : JSON.stringify(body);
}

describe('exports of a closed study', () => {
  let id: string;
  beforeAll(async () => {
    id = await imported();
  });

  test('the long file has every rating, the wide one the scores that are compared', async () => {
    const long: string[][] = parse(await text(id, 'ratings-long.csv'), { bom: true });
    expect(long.length).toBe(181);
    expect(long[0]?.slice(0, 8)).toEqual(['vignette', 'pair', 'side', 'arm', 'person', 'rater', 'imported', 'a1']);
    const wide: string[][] = parse(await text(id, 'scores-wide.csv'), { bom: true });
    expect(wide[0]?.slice(3, 6)).toEqual(['model.total', 'pgy2.total', 'pgy1.total']);
    expect(wide[1]?.slice(3, 6)).toEqual(['22', '21', '19']);
    expect(wide[0]?.length).toBe(3 + 3 * (1 + syn30Axes.length));
  });

  test('the page begins with the finding, says that it is illustrative, runs nothing, and has a table behind each chart', async () => {
    const page = await text(id, 'report.html');
    expect(page).toMatch(/not distinguishable on total: difference 0\.4 \[0\.0, 0\.8\]/);
    expect(page).toMatch(/Test and interval do not agree/);
    expect(page).toMatch(/Illustrative\./);
    expect(page).toMatch(/no claim: refused by the plan/);
    expect(page).not.toMatch(/<script|style="/);
    expect(page.match(/<svg/g)?.length).toBe(2);
    expect(page).toMatch(/<caption>Differences in points<\/caption>/);
    expect(page).toMatch(/imported\. The log shows when they were imported, not when or how blindly/);
    expect(await text(id, 'forest.svg')).toMatch(/^<svg[^>]* xmlns=/);
    expect((await send('GET', `${id}/export/other.txt`)).status).toBe(404);
  });
});

const found = spawnSync('Rscript', ['--version']).error === undefined;
const cases: [string, DesignParts][] = [
  ['signed rank, exact, and BCa', {}],
  ['BCa, strict ties', { tieRule: 'strict', contrast: { a: 'model', b: 'pgy1' } }],
  [
    'Pratt and Hodges–Lehmann',
    { test: 'wilcoxon.exactPermutation.pratt', interval: 'hodgesLehmann', contrast: { a: 'pgy2', b: 'pgy1' } },
  ],
  ['normal approximation and percentile', { test: 'wilcoxon.normalCc', interval: 'bootstrapMean.percentile' }],
  [
    'Pratt, normal, and t interval',
    { test: 'wilcoxon.pratt', interval: 'meanDifference', contrast: { a: 'pgy2', b: 'pgy1' } },
  ],
  [
    't test of one axis',
    {
      test: 'meanDifference',
      interval: 'meanDifference',
      outcome: { of: 'axis', axis: 'a2' },
      assumptions: { difference: 1, sd: 1 },
    },
  ],
  [
    'non-inferiority by t',
    { hypothesis: { claim: 'non-inferiority', margin: 1 }, test: 'noninferiority.t', interval: 'meanDifference' },
  ],
  [
    'equivalence by ranks',
    { hypothesis: { claim: 'equivalence', margin: 1 }, test: 'equivalence.wilcoxon', interval: 'meanDifference' },
  ],
  [
    'McNemar and Tango',
    {
      outcome: { of: 'pass', threshold: 20 },
      contrast: { a: 'model', b: 'pgy1' },
      test: 'mcnemar.exact',
      interval: 'tango.difference',
      assumptions: { difference: 0.2, sd: 1, discordance: 0.3 },
    },
  ],
  [
    'non-inferiority of passes by Tango',
    {
      outcome: { of: 'pass', threshold: 20 },
      hypothesis: { claim: 'non-inferiority', margin: 0.1 },
      test: 'tango.noninferiority',
      interval: 'tango.difference',
      assumptions: { difference: 0, sd: 1, discordance: 0.2 },
    },
  ],
];

test.skipIf(!found).each(cases)(
  `R reproduces the registered test and interval: %s${found ? '' : ' (SKIPPED: needs Rscript)'}`,
  async (_, registration) => {
    const id = await imported(registration);
    const directory = mkdtempSync(join(tmpdir(), 'safemed-r-'));
    try {
      for (const file of ['scores-wide.csv', 'primary.R']) writeFileSync(join(directory, file), await text(id, file));
      const { stdout, stderr } = spawnSync('Rscript', ['primary.R'], { cwd: directory, encoding: 'utf8' });
      const p = /p: R (\S+), report (\S+)/.exec(stdout);
      const ends = /interval: R \[(\S+), (\S+)\], report \[(\S+), (\S+)\]/.exec(stdout);
      expect([stdout, p === null ? stderr : '']).toEqual([expect.stringContaining('n = 30\n'), '']);
      expect(Number(p?.[1])).toBeCloseTo(Number(p?.[2]), 7);
      expect(Number(ends?.[1])).toBeCloseTo(Number(ends?.[3]), 4);
      expect(Number(ends?.[2])).toBeCloseTo(Number(ends?.[4]), 4);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
);

test('a study with counterfactual pairs is tested by whole pairs, and shows how each arm changes within them', async () => {
  const vignettes = (syn30Design().vignettes as { id: string }[]).map((one, i) => ({
    ...one,
    pair: { id: `p${Math.floor(i / 2)}`, side: i % 2 === 0 ? 'base' : 'changed' },
  }));
  const id = await imported({ test: 'clustered.permutation', interval: 'clustered.meanDifference' }, { vignettes });
  const { body } = await send('GET', `${id}/analysis`);
  const analysis = StudyAnalysis.parse(body);
  expect(analysis.primary.test).toMatchObject({ statistic: 'clustered.permutation', n: 30 });
  expect(analysis.counterfactual.map((one) => [one.arm, one.pairs, one.difference.n])).toEqual([
    ['model', 15, 15],
    ['pgy2', 15, 15],
    ['pgy1', 15, 15],
  ]);
  expect(analysis.overall.some((one) => one.statistic === 'friedman')).toBe(false);
  expect(analysis.flow.counterfactualPairs).toBe(15);
});
