import { type Context, reader, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { actorOf, enrolAccount, getAccount } from './actions.ts';
import { lookAtCode, redeemCode } from './codes.ts';
import { administratorExists, endSessions, removeMethods, writePassword } from './credential-store.ts';
import { hashPassword } from './password.ts';
import type { Account } from './schema.ts';
import type { InvitationView } from './sign-in-schema.ts';
import { accountByLogin, listAccounts, updateAccount } from './store.ts';

/** Nobody has this e-mail: a password tried for an unknown name is hashed all the same, and takes as long. */
const unknown = 'unknown@account.invalid';

/**
 * What somebody typed as their name: the account to count failures for, and the e-mail by which the sign-in library
 * knows it. A name that nobody has is counted too, and gets an e-mail that nobody has.
 */
export async function readLogin(ctx: Context, login: string): Promise<{ account: string; email: string }> {
  const account = await accountByLogin(reader(ctx), login);
  if (account === undefined) return { account: login, email: unknown };
  return { account: account.id, email: account.email?.toLowerCase() ?? `${account.id}@account.invalid` };
}

/** The demonstration accounts that may be entered without a secret. */
export async function demoAccounts(ctx: Context): Promise<Pick<Account, 'id' | 'name' | 'roles'>[]> {
  return (await listAccounts(reader(ctx)))
    .filter((account) => account.demo && account.revokedAt === undefined)
    .map(({ id, name, roles }) => ({ id, name, roles }));
}

/** Throws `forbidden` unless the account is a live demonstration account. */
export async function requireDemo(ctx: Context, id: string): Promise<void> {
  if (!(await demoAccounts(ctx)).some((account) => account.id === id))
    throw new AppError('forbidden', `"${id}" is not a demonstration account: sign in with its password or passkey.`);
}

/** Uses up a sign-in link; the account that it opens. */
export async function redeemSignInLink(ctx: Context, code: string): Promise<string> {
  const { account } = await transact(ctx, (ctx) => redeemCode(ctx, 'sign-in', code));
  if (account === undefined) throw new AppError('internal', 'A sign-in code names no account.');
  return account;
}

/** Who an invitation is for; it stays usable. */
export async function lookAtInvitation(ctx: Context, code: string): Promise<InvitationView> {
  const { account: id = '' } = await lookAtCode(ctx, 'invitation', code);
  const { name, roles } = await getAccount(ctx, id);
  return { account: id, name, roles };
}

type Accepted = { code: string; name: string; password?: string };

/**
 * Uses up an invitation: the person confirms the printed name and sets a password, or adds a passkey in the session that
 * opens next. Whatever the account could sign in with before is gone. Returns the account's id.
 */
export async function acceptInvitation(ctx: Context, { code, name, password }: Accepted): Promise<string> {
  const hash = password === undefined ? undefined : await hashPassword(password);
  return transact(ctx, async (ctx) => {
    const { account: id = '' } = await redeemCode(ctx, 'invitation', code);
    const at = ctx.clock.now();
    await removeMethods(ctx.tx, id);
    await endSessions(ctx.tx, { account: id });
    await updateAccount(ctx.tx, id, { edit: { name }, at, confirmed: false });
    if (hash !== undefined) await writePassword(ctx.tx, id, hash, at);
    return id;
  });
}

/** Throws `not_signed_in` unless the setup link works. */
export async function lookAtSetup(ctx: Context, code: string): Promise<void> {
  await lookAtCode(ctx, 'setup', code);
}

/** Uses up the setup link of a new workspace: enrols the first administrator. Returns the account's id. */
export async function setUpAdministrator(
  ctx: Context,
  { code, id, name, password, email }: Accepted & { id: string; email?: string },
): Promise<string> {
  const hash = password === undefined ? undefined : await hashPassword(password);
  return transact(ctx, async (ctx) => {
    await redeemCode(ctx, 'setup', code);
    if (await administratorExists(ctx.tx))
      throw new AppError('forbidden', 'This workspace has an administrator already. Ask them for an invitation.');
    const admin = { ...ctx, actor: { id: 'setup', name: 'Setup', roles: ['admin' as const] } };
    const account = await enrolAccount(admin, {
      id,
      name,
      roles: ['admin'],
      ...(email === undefined ? {} : { email }),
    });
    if (hash !== undefined) await writePassword(ctx.tx, account.id, hash, ctx.clock.now());
    return account.id;
  });
}

/** The account behind a session of the sign-in library, as somebody who asks. */
export async function actorForSession(
  ctx: Context,
  session: { id: string; account: string; since: Date },
): Promise<ReturnType<typeof actorOf>> {
  const account = await getAccount(ctx, session.account);
  return { ...actorOf(account), via: 'session', session: { id: session.id, since: session.since } };
}
