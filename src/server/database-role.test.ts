import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { transact } from '../context/context.ts';
import { configFile, workspaceAt } from '../context/workspace.ts';
import { AppError } from '../core/error.ts';
import { appendEvent } from '../ledger/actions.ts';
import { newExampleSubject } from '../ledger/leaves/subject.ts';
import { openServices, type Services } from './services.ts';

const server = inject('postgresUrl');

describe.skipIf(server === '')('on PostgreSQL, as a role that owns nothing', () => {
  const role = `app_${randomBytes(6).toString('hex')}`;
  const root = mkdtempSync(join(tmpdir(), 'database-role-'));
  let services: Services;
  let url = '';

  async function asOwner(...statements: string[]): Promise<void> {
    const admin = new pg.Client({ connectionString: server });
    await admin.connect();
    for (const statement of statements) await admin.query(statement);
    await admin.end();
  }

  function open(): Promise<Services> {
    const none = async (): Promise<never> => {
      throw new AppError('unavailable', 'There is no scorer here.');
    };
    const scorer = { embed: none, reward: none, close: async () => undefined };
    return openServices({ workspace: workspaceAt(root), log: () => undefined, openScorer: () => scorer });
  }

  beforeAll(async () => {
    await asOwner(`CREATE ROLE ${role} LOGIN`, `CREATE DATABASE ${role}`);
    const application = new URL(server);
    application.pathname = `/${role}`;
    const owner = application.href;
    application.username = role;
    url = application.href;
    writeFileSync(join(root, configFile), stringify({ database: url, log: { origin: 'cts.example/role' } }));
    vi.stubEnv('SAFEMED_DATABASE_OWNER', owner);
    services = await open();
    vi.unstubAllEnvs();
  });
  afterAll(async () => {
    await services.close();
    rmSync(root, { recursive: true });
  });

  test('events are recorded, logged and read as ever, also when it opens the database without the owner', async () => {
    await services.close();
    services = await open();
    const ctx = services.contextFor({ id: 'tester', name: 'Tester', roles: [] });
    const subject = newExampleSubject();
    await transact(ctx, (ctx) => appendEvent(ctx, { subject, type: 'case.imported', data: { any: 'thing' } }));
    await services.sequencer.flush();
    expect(services.sequencer.log.head().size).toBe(1);
    await transact(ctx, (ctx) => ctx.jobs.enqueue(ctx.tx, 'corpus', { screen: true }, 'tester'));
  });

  test.each([
    ['alter a row of an append-only table', `UPDATE event SET actor = 'somebody'`],
    ['delete one', 'DELETE FROM event'],
    ['empty the table', 'TRUNCATE event'],
    ['switch its triggers off', 'ALTER TABLE event DISABLE TRIGGER ALL'],
    ['pass by all triggers', 'SET session_replication_role = replica'],
    ['drop the table', 'DROP TABLE event CASCADE'],
    [
      'replace what the triggers call',
      'CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE sql AS $$$$',
    ],
    ['pretend a migration', `INSERT INTO schema_migration VALUES ('9999_x.sql', 'x')`],
    ['make tables', 'CREATE TABLE mine (id int)'],
  ])('it cannot %s', async (_, statement) => {
    await expect(services.db.script(statement)).rejects.toThrow(/permission denied|must be owner/);
  });

  test('rows of an example that was not erased are kept from it by the trigger', async () => {
    await services.db.script(`INSERT INTO llm_call (id, key, endpoint, endpoint_identity, model, purpose, state, error, attempts, latency_ms, started_at, ended_at)
      VALUES (gen_random_uuid(), 'k', 'e', '{}', 'm', 'p', 'failed', '{}', 1, 1, now(), now())`);
    await expect(services.db.script('DELETE FROM llm_call')).rejects.toThrow('append-only');
  });

  test('a superuser or the owner is refused as the role of the application', async () => {
    const superuser = new URL(url);
    superuser.username = 'postgres';
    writeFileSync(join(root, configFile), stringify({ database: superuser.href, log: { origin: 'cts.example/role' } }));
    vi.stubEnv('SAFEMED_DATABASE_OWNER', superuser.href);
    await expect(open()).rejects.toThrow('name one that owns nothing');
    vi.unstubAllEnvs();
    writeFileSync(join(root, configFile), stringify({ database: url, log: { origin: 'cts.example/role' } }));
  });
});
