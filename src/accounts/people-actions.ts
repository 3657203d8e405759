import { requireRole } from '../context/actor.ts';
import { type Context, type TxContext, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { appendEvent } from '../ledger/actions.ts';
import { getAccount, recordEnrolment, refuseConflict, refuseTakenEmail } from './actions.ts';
import { removeCodes } from './code-store.ts';
import { makeCode } from './codes.ts';
import { endSessions, removeMethods } from './credential-store.ts';
import type { Account, EditInput, OneTimeLink } from './schema.ts';
import { countHolders, lockAccount, markRevoked, updateAccount } from './store.ts';
import { revokeTokens } from './token-store.ts';

/**
 * A one-time link with which a person sets up how they sign in, valid for 7 days. For somebody who could sign in before
 * it replaces what they had, once they accept it. The link is shown this once.
 */
export async function inviteAccount(ctx: Context, id: string): Promise<OneTimeLink> {
  requireRole(ctx.actor, 'admin');
  return transact(ctx, async (ctx) => {
    await liveAccount(ctx, id);
    const { code, expiresAt } = await makeCode(ctx, { purpose: 'invitation', account: id });
    // Behind the #, so that no server, proxy or history of addresses asked for gets to see the code.
    return { account: id, path: `/invitation#${code}`, expiresAt: expiresAt.toISOString() };
  });
}

/** Changes what `edit` names. Roles and checked credentials are facts that reviews depend on: they go into the log. */
export async function editAccount(ctx: Context, id: string, edit: EditInput): Promise<Account> {
  requireRole(ctx.actor, 'admin');
  return transact(ctx, async (ctx) => {
    const before = await liveAccount(ctx, id);
    const roles = edit.roles ?? before.roles;
    refuseConflict(id, roles);
    if (edit.email !== undefined && edit.email !== null) await refuseTakenEmail(ctx, edit.email, id);
    if (before.roles.includes('admin') && !roles.includes('admin')) await keepAnAdministrator(ctx);
    await updateAccount(ctx.tx, id, { edit, at: ctx.clock.now(), confirmed: true });
    const account = await getAccount(ctx, id);
    const changed = [...before.roles].sort().join() !== [...account.roles].sort().join();
    if (changed)
      await appendEvent(ctx, {
        type: 'role.granted',
        data: { account: id, roles: account.roles, before: before.roles },
      });
    if (changed || (before.credential === undefined) !== (account.credential === undefined))
      await recordEnrolment(ctx, account);
    return account;
  });
}

/** Ends an account: its sessions, tokens and invitations stop working at once, and nothing it does later counts. */
export async function revokeAccount(ctx: Context, id: string): Promise<Account> {
  requireRole(ctx.actor, 'admin');
  return transact(ctx, async (ctx) => {
    const account = await liveAccount(ctx, id);
    if (account.roles.includes('admin')) await keepAnAdministrator(ctx);
    const at = ctx.clock.now();
    await markRevoked(ctx.tx, id, at);
    await endSessions(ctx.tx, { account: id });
    await removeMethods(ctx.tx, id);
    await revokeTokens(ctx.tx, { account: id, at });
    await removeCodes(ctx.tx, { account: id, at });
    await appendEvent(ctx, { type: 'reviewer.revoked', data: { account: id } });
    return getAccount(ctx, id);
  });
}

async function liveAccount(ctx: TxContext, id: string): Promise<Account> {
  const account = await lockAccount(ctx.tx, id);
  if (account === undefined) throw new AppError('not_found', `There is no account "${id}".`);
  if (account.revokedAt !== undefined)
    throw new AppError('conflict', `The account "${id}" was revoked. Enrol the person under another id.`);
  return account;
}

async function keepAnAdministrator(ctx: TxContext): Promise<void> {
  if ((await countHolders(ctx.tx, 'admin')) < 2)
    throw new AppError('conflict', 'This is the last administrator. Give the role to somebody else first.');
}
