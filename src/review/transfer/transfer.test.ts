import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../../test/app.ts';
import { openCollectedApp } from '../../../test/collected.ts';
import { enrolExample, exampleQuestions, generateAll, teacher } from '../../../test/example.ts';
import type { Instance } from '../../generation/schema.ts';
import type { ExportedReview, PanelLine, TransferReport } from './schema.ts';

let from: TestApp;
let to: TestApp;
let reviews: ExportedReview[];
let cases: PanelLine[];

beforeAll(async () => {
  from = await openCollectedApp(['guard'], { workers: true });
  to = await openTestApp({ endpoints: { teacher }, workers: true });
  ({ reviews } = (await from.as('auditor').send('GET', '/v1/reviews/export?limit=1000')).body as {
    reviews: ExportedReview[];
  });
  ({ cases } = (await from.as('auditor').send('GET', '/v1/reviews/panel/export')).body as { cases: PanelLine[] });
  await enrolExample(to);
  await exampleQuestions(to, ['guard']);
});
afterAll(async () => {
  await from?.close();
  await to?.close();
});

async function states(app: TestApp): Promise<Map<string, string>> {
  const { body } = await app.as('engineer').send('GET', '/v1/instances?limit=500');
  const { instances } = body as { instances: Instance[] };
  return new Map(instances.map((one) => [one.questionId, `${one.state} ${one.round} ${one.strikes}`]));
}

test('what one workspace exports another takes over: every instance ends as it did there', async () => {
  const steward = to.as('steward');
  for (let taken = 1, generated = 1; taken + generated > 0; ) {
    generated = await generateAll(to);
    const first = await steward.send('POST', '/v1/reviews/import', { reviews });
    const second = await steward.send('POST', '/v1/reviews/panel/import', { panels: cases });
    const reports = [first.body, second.body] as TransferReport[];
    expect(reports.map((report) => report.lines.filter((line) => line.outcome === 'refused'))).toEqual([[], []]);
    taken = reports.reduce((sum, report) => sum + report.taken, 0);
  }
  expect(await states(to)).toEqual(await states(from));
});

test('an imported review keeps when and where it was made, and who imported it', async () => {
  const { body } = await to.as('auditor').send('GET', '/v1/reviews/export?limit=1');
  const [line] = (body as { reviews: ExportedReview[] }).reviews;
  const view = await to.as('auditor').send('GET', `/v1/instances/${line?.instance}`);
  const { history } = view.body as { history: { type: string; seq: number; data: Record<string, unknown> }[] };
  const event = history.find((one) => one.seq === line?.eventSeq);
  const original = reviews.find(
    (one) => one.question === line?.question && one.round === line?.round && one.reviewer === line?.reviewer,
  );
  expect(event?.data).toMatchObject({
    importedBy: 'test-steward',
    elsewhere: { submittedAt: original?.submittedAt, instance: original?.instance },
  });
});

test('a review of another text than the one that is here is refused', async () => {
  const [line] = reviews;
  const other = { ...line, reviewer: 'demo-reviewer-b', traceSha256: 'f'.repeat(64) };
  const fresh = await openTestApp({ endpoints: { teacher }, workers: true });
  await enrolExample(fresh);
  await exampleQuestions(fresh, ['guard']);
  await generateAll(fresh);
  const { body } = await fresh.as('steward').send('POST', '/v1/reviews/import', { reviews: [{ ...other, round: 1 }] });
  await fresh.close();
  expect(body).toMatchObject({ refused: 1, lines: [{ reason: expect.stringContaining('another text') }] });
});
