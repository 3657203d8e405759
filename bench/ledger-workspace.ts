import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { configFile, type Workspace, workspaceAt } from '../src/context/workspace.ts';
import { AppError } from '../src/core/error.ts';
import { openServices, type Services } from '../src/server/services.ts';
import { createDatabase } from '../test/server-database.ts';

/** A new workspace on the embedded database, or on a new database of that PostgreSQL server, with these model endpoints. */
export async function newWorkspace(server?: string, endpoints: Record<string, unknown> = {}): Promise<Workspace> {
  const root = mkdtempSync(join(tmpdir(), 'safemed-bench-'));
  const database = server === undefined ? 'embedded' : await createDatabase(server, 'bench_');
  writeFileSync(join(root, configFile), stringify({ database, log: { origin: 'bench.example/log' }, endpoints }));
  return workspaceAt(root);
}

/** The services of a workspace without a scorer: nothing here asks one. */
export function openLedgerServices(workspace: Workspace): Promise<Services> {
  const none = async (): Promise<never> => {
    throw new AppError('unavailable', 'There is no scorer here.');
  };
  const scorer = { embed: none, reward: none, close: async () => undefined };
  return openServices({ workspace, log: () => undefined, openScorer: () => scorer });
}
