import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { stringify } from 'yaml';
import { configFile, type Workspace, workspaceAt } from '../src/context/workspace.ts';
import { AppError } from '../src/core/error.ts';
import { openServices, type Services } from '../src/server/services.ts';

/** A new workspace on the embedded database, or on a new database of that PostgreSQL server, with these model endpoints. */
export async function newWorkspace(server?: string, endpoints: Record<string, unknown> = {}): Promise<Workspace> {
  const root = mkdtempSync(join(tmpdir(), 'safemed-bench-'));
  const database = server === undefined ? 'embedded' : await newDatabase(server);
  writeFileSync(join(root, configFile), stringify({ database, log: { origin: 'bench.example/log' }, endpoints }));
  return workspaceAt(root);
}

async function newDatabase(server: string): Promise<string> {
  const name = `bench_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** The services of a workspace without a scorer: nothing here asks one. */
export function openLedgerServices(workspace: Workspace): Promise<Services> {
  const none = async (): Promise<never> => {
    throw new AppError('unavailable', 'There is no scorer here.');
  };
  const scorer = { embed: none, reward: none, close: async () => undefined };
  return openServices({ workspace, log: () => undefined, openScorer: () => scorer });
}
