import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Role } from '../src/context/actor.ts';
import { storeUpload } from '../src/corpus/upload.ts';
import type { JobRun } from '../src/jobs/schema.ts';
import type { TestApp } from './app.ts';

export const exampleFolder = 'examples/medication-safety';
export const teacher = {
  type: 'recorded',
  file: resolve(exampleFolder, 'teacher-replies.jsonl'),
  model: 'recorded-teacher',
} as const;

/** The parsed lines of one of the example's files. */
export function exampleLines<T = Record<string, unknown>>(file: string): T[] {
  return readFileSync(`${exampleFolder}/${file}`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T); // the project's own files; their tests check their form
}

/** Waits for a job of the application under test; fails with the job's own error. */
export async function finished(app: TestApp, job: string): Promise<JobRun> {
  const engineer = app.as('engineer');
  for (;;) {
    const { body } = await engineer.send('GET', `/v1/jobs/${job}`);
    const run = body as JobRun; // the route parses its replies
    if (run.state === 'done') return run;
    if (run.state === 'failed' || run.state === 'stopped') throw new Error(`${run.state}: ${run.error}`);
    await sleep(20);
  }
}

/** Imports files as a user would: upload, then an import job. */
export async function importQuestions(
  app: TestApp,
  files: string[],
  options: Record<string, unknown>,
): Promise<JobRun> {
  const ctx = app.services.contextFor({ id: 'test-import', name: 'Test import', roles: ['engineer'] });
  let upload: string | undefined;
  for (const file of files) {
    const bytes = new Blob([readFileSync(file)]).stream();
    ({ upload } = await storeUpload(ctx, { path: basename(file), bytes, ...(upload === undefined ? {} : { upload }) }));
  }
  const { body } = await app.as('engineer').send('POST', '/v1/corpus/imports', { upload, ...options });
  return finished(app, (body as { job: string }).job);
}

const people: [string, Role[]][] = [
  ['demo-reviewer-a', ['reviewer', 'ethics-reviewer']],
  ['demo-reviewer-b', ['reviewer', 'ethics-reviewer']],
  ['demo-reviewer-c', ['reviewer', 'ethics-reviewer']],
  ['demo-adjudicator', ['adjudicator']],
  ['demo-panel-1', ['panel-member', 'panel-chair']],
  ['demo-panel-2', ['panel-member']],
  ['demo-panel-3', ['panel-member']],
];

/** Enrols the example's people. */
export async function enrolExample(app: TestApp): Promise<void> {
  for (const [id, roles] of people) await app.account(id, roles, 'illustrative');
}

/** Imports the example's questions of the given kinds. */
export async function exampleQuestions(app: TestApp, kinds: string[]): Promise<void> {
  const files = kinds.map((kind) => `${exampleFolder}/questions-${kind}.jsonl`);
  await importQuestions(app, files, { dataset: 'medication-safety' });
}

/** Has the recorded teacher write all that waits for it; returns how many traces it wrote. */
export async function generateAll(app: TestApp): Promise<number> {
  const { body } = await app.as('engineer').send('POST', '/v1/generation/runs', {});
  const run = await finished(app, (body as { job: string }).job);
  return (run.result as { generated: number }).generated;
}

/** Takes the example's questions of the given kinds through generation and review until nothing moves any more. */
export async function collectExample(app: TestApp, kinds: string[]): Promise<void> {
  await enrolExample(app);
  await exampleQuestions(app, kinds);
  const steward = app.as('steward');
  for (;;) {
    const generated = await generateAll(app);
    let taken = 0;
    for (const kind of kinds) {
      const reviews = await steward.send('POST', '/v1/reviews/import', {
        reviews: exampleLines(`reviews-${kind}.jsonl`),
      });
      const panels = await steward.send('POST', '/v1/reviews/panel/import', {
        panels: exampleLines(`panels-${kind}.jsonl`),
      });
      for (const reply of [reviews, panels]) {
        const report = reply.body as { taken: number; refused: number; lines: unknown[] };
        if (reply.status !== 200 || report.refused > 0) throw new Error(JSON.stringify(reply.body).slice(0, 2000));
        taken += report.taken;
      }
    }
    if (generated === 0 && taken === 0) return;
  }
}
