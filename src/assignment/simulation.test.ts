import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { enrolAccount } from '../accounts/actions.ts';
import { seededRandom } from '../core/random.ts';
import { claim, release } from './actions.ts';

const reviewers = 50;
const items = 5_000;
let app: TestApp;
let now = new Date('2026-03-02T00:00:00Z');

beforeAll(async () => {
  app = await openTestApp({ clock: { now: () => now } });
  await app.services.db.query(
    `INSERT INTO question (id, import_id, dataset, kind, language, state, identity, group_key, body)
     SELECT 'q' || n, gen_random_uuid(), 'simulated', 'knowledge', 'en', 'active', 'q' || n, 'q' || n, '{}'
     FROM generate_series(1, $1) AS n`,
    [items],
  );
  // Every fifth item needs three reviewers, the others two; every tenth is urgent.
  await app.services.db.query(
    `INSERT INTO instance (id, question_id, kind, language, state, round, overlap, priority, created_at, updated_at)
     SELECT gen_random_uuid(), 'q' || n, 'knowledge', CASE WHEN n % 4 = 0 THEN 'zh' ELSE 'en' END, 'in-review', 1,
       CASE WHEN n % 5 = 0 THEN 3 ELSE 2 END, CASE WHEN n % 10 = 0 THEN 1 ELSE 0 END, now(), now()
     FROM generate_series(1, $1) AS n`,
    [items],
  );
});
afterAll(() => app.close());

test('50 reviewers work off 5,000 items: none gets one twice, none is starved, no overlap is exceeded', async () => {
  const admin = app.services.contextFor({ id: 'setup', name: 'Setup', roles: ['admin'] });
  const random = seededRandom(7);
  const people = Array.from({ length: reviewers }, (_, n) => ({ id: `sim-${n}`, name: `Sim ${n}` }));
  // Some read one language only, and nobody keeps every lease.
  for (const [n, person] of people.entries())
    await enrolAccount(admin, {
      ...person,
      roles: ['reviewer'],
      ...(n % 5 === 0 ? { languages: ['zh'] } : n % 5 === 1 ? { languages: ['en'] } : {}),
    });
  const done = new Map<string, number>();
  for (let idle = 0; idle < 3; ) {
    let handedOut = 0;
    for (const person of people) {
      const ctx = app.services.contextFor({ ...person, roles: ['reviewer'] });
      const { assignments } = await claim(ctx, 4);
      handedOut += assignments.length;
      // Of the others some are left lying until the lease runs out.
      const fates = assignments.map(({ id }) => ({ id, chance: random() }));
      for (const { id } of fates.filter((one) => one.chance < 0.02)) await release(ctx, id, { reason: 'skip' });
      const finished = fates.filter((one) => one.chance >= 0.02 && one.chance < 0.97).map((one) => one.id);
      await app.services.db.query(
        `UPDATE assignment SET state = 'done', closed_at = $2 WHERE id = ANY($1) AND state = 'leased'`,
        [finished, now],
      );
      done.set(person.id, (done.get(person.id) ?? 0) + finished.length);
    }
    now = new Date(now.getTime() + 6 * 3600_000);
    idle = handedOut === 0 ? idle + 1 : 0;
  }
  const [row] = await app.services.db.query<{ open: number; exceeded: number; wrong: number }>(
    `SELECT count(*) FILTER (WHERE finished < overlap)::int AS open,
       count(*) FILTER (WHERE finished > overlap OR people < finished)::int AS exceeded,
       count(*) FILTER (WHERE taken <> finished)::int AS wrong
     FROM (SELECT overlap, taken, count(assignment.id) AS finished, count(DISTINCT reviewer) AS people
       FROM instance LEFT JOIN assignment ON instance_id = instance.id AND assignment.state = 'done'
       GROUP BY instance.id) AS counted`,
  );
  expect(row).toEqual({ open: 0, exceeded: 0, wrong: 0 });
  expect(done.size).toBe(reviewers);
  expect([...done.values()].reduce((sum, n) => sum + n, 0)).toBe(items * 2 + items / 5);
}, 240_000);
