import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { enrolAccount, issueToken, listAllAccounts } from '../accounts/actions.ts';
import { setupLink, signInLink } from '../accounts/links.ts';
import type { Actor, Role } from '../context/actor.ts';
import type { Workspace } from '../context/workspace.ts';
import { operatorTokenFile } from './operator-token.ts';
import type { Services } from './services.ts';

const setup: Actor = { id: 'setup', name: 'Setup', roles: ['admin'] };

/** What the person at this computer may do from the command line. Nobody signs reviews or releases with it. */
const operatorRoles: Role[] = ['admin', 'engineer', 'steward', 'red-teamer', 'auditor'];

/** On the first opening of a workspace, enrols the operator and keeps its token where only the owner can read it. */
export async function ensureOperator(services: Services): Promise<void> {
  const path = operatorTokenFile(services.workspace);
  if (existsSync(path)) return;
  const ctx = services.contextFor(setup);
  const known = (await listAllAccounts(ctx)).some((account) => account.id === 'operator');
  if (!known) await enrolAccount(ctx, { id: 'operator', name: 'Operator', roles: operatorRoles });
  const token = await issueToken(ctx, { account: 'operator', label: 'command line' });
  writeFileSync(path, `${token}\n`, { mode: 0o600, flag: 'wx' });
}

/** Where the first administrator's setup link waits for whoever owns the workspace's files. */
export function setupLinkFile(workspace: Workspace): string {
  return join(workspace.keys, 'setup.link');
}

/**
 * The links that a starting server prints: one that signs the operator in, and, while nobody can sign in as an
 * administrator, one to become the first. Each works once; the second is also kept in a file of the owner's.
 */
export async function startLinks(services: Services, url: string): Promise<{ operator: string; setup?: string }> {
  const ctx = services.contextFor(setup);
  const operator = `${url}${(await signInLink(ctx, 'operator')).path}`;
  const path = await setupLink(ctx);
  const file = setupLinkFile(services.workspace);
  rmSync(file, { force: true });
  if (path === undefined) return { operator };
  writeFileSync(file, `${url}${path}\n`, { mode: 0o600, flag: 'wx' });
  return { operator, setup: `${url}${path}` };
}
