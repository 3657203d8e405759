import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { collectExample, exampleFolder, importQuestions, teacher } from '../../test/example.ts';
import type { Role } from '../context/actor.ts';
import type { Context } from '../context/context.ts';
import { reportText } from '../verify/print.ts';
import { verifyExport } from '../verify/verify-export.ts';
import { createRelease, releaseExclusions } from './actions.ts';
import { approveRelease } from './approve.ts';
import type { Release } from './schema.ts';

let app: TestApp;
let release: Release;
const ctxOf = async (role: Role): Promise<Context> => {
  const { id, send } = app.as(role);
  await send('GET', '/v1/accounts');
  return app.services.contextFor({ id, name: id, roles: [role] });
};

beforeAll(async () => {
  app = await openTestApp({ endpoints: { teacher }, workers: true });
  await collectExample(app, ['knowledge', 'guard', 'ethics']);
  await importQuestions(app, [`${exampleFolder}/exam.jsonl`], { dataset: 'exam', benchmark: true });
  const t = Date.now();
  await createRelease(await ctxOf('steward'), { name: 'one', leaves: 'all' });
  console.log('create', Date.now() - t);
  console.log(JSON.stringify(await releaseExclusions(await ctxOf('steward'), 'one')));
  const t2 = Date.now();
  release = await approveRelease(await ctxOf('release-approver'), 'one');
  console.log('approve', Date.now() - t2);
});
afterAll(() => app.close());

test('a frozen release verifies', async () => {
  console.log(release.summary);
  const t2 = Date.now();
  const report = await verifyExport(release.path ?? '', { record: 'g-en-015' });
  console.log('verify', Date.now() - t2);
  console.log(reportText(report));
  expect(report.exitCode).toBe(0);
});
