import { requireRole } from '../context/actor.ts';
import { type Context, reader, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { getAccount } from './actions.ts';
import { makeCode } from './codes.ts';
import { administratorExists, removeExpired } from './credential-store.ts';
import type { OneTimeLink } from './schema.ts';

/**
 * A link that signs an account in, once and within ten minutes: for the operator of this machine, and for what this
 * program does itself. Other people are invited: only they may be able to come in as themselves.
 */
export async function signInLink(ctx: Context, account: string): Promise<OneTimeLink> {
  const { id, via = 'system' } = ctx.actor;
  if (via !== 'system' && (id !== 'operator' || account !== id))
    throw new AppError('forbidden', 'Only the operator of this machine gets a sign-in link. Invite other people.');
  return transact(ctx, async (ctx) => {
    await getAccount(ctx, account);
    const { code, expiresAt } = await makeCode(ctx, { purpose: 'sign-in', account });
    return { account, path: `/session?code=${code}`, expiresAt: expiresAt.toISOString() };
  });
}

/** Removes what people left behind: sessions that ended, ceremonies that were never finished. */
export async function tidySignIn(ctx: Context): Promise<void> {
  await removeExpired(reader(ctx), ctx.clock.now());
}

/** The path of the page where the first administrator is made, or undefined where there is one who can sign in. */
export async function setupLink(ctx: Context): Promise<string | undefined> {
  requireRole(ctx.actor, 'admin');
  if (await administratorExists(reader(ctx))) return undefined;
  const { code } = await transact(ctx, (ctx) => makeCode(ctx, { purpose: 'setup' }));
  return `/setup#${code}`;
}
