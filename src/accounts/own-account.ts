import { type Context, reader, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { getAccount, refuseTakenEmail } from './actions.ts';
import { attempt } from './attempts.ts';
import {
  endSessions,
  listPasskeys,
  listSessions,
  readPassword,
  removePasskey,
  signInMethods,
  writePassword,
} from './credential-store.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { Me } from './schema.ts';
import type { PasskeyList, SessionList } from './sign-in-schema.ts';
import { updateAccount } from './store.ts';

/** Milliseconds after signing in during which somebody may add a way to sign in without proving again who they are. */
const freshFor = 15 * 60_000;

/** Who asks: account, roles, and how they can sign in. */
export async function whoAmI(ctx: Context): Promise<Me> {
  const account = await getAccount(ctx, ctx.actor.id);
  const methods = await signInMethods(reader(ctx), account.id);
  return Me.parse({ ...account, via: ctx.actor.via ?? 'system', methods });
}

/** Throws `forbidden` unless somebody sits at a browser: a token that leaked must not make itself at home. */
export function requireSession(ctx: Context): { id: string; since: Date } {
  const { session } = ctx.actor;
  if (session === undefined)
    throw new AppError('forbidden', 'This is done by a person in a browser: sign in there. An API token cannot do it.');
  return session;
}

/** Throws `forbidden` unless the person signed in a few minutes ago. */
export function requireFreshSession(ctx: Context): void {
  const { since } = requireSession(ctx);
  if (ctx.clock.now().getTime() - since.getTime() > freshFor)
    throw new AppError(
      'forbidden',
      'Sign out and in again first: a new way to sign in is added just after signing in.',
    );
}

/** Sets the own password. One that exists must be given; its sessions elsewhere end. */
export async function changePassword(
  ctx: Context,
  { current, password }: { current?: string; password: string },
): Promise<void> {
  const { id: session } = requireSession(ctx);
  const account = ctx.actor.id;
  const known = await readPassword(reader(ctx), account);
  if (known === undefined) requireFreshSession(ctx);
  else await provePassword(ctx, known, current ?? '');
  const hash = await hashPassword(password);
  await transact(ctx, async (ctx) => {
    await writePassword(ctx.tx, account, hash, ctx.clock.now());
    await endSessions(ctx.tx, { account, but: session });
  });
}

/** Throws `forbidden` unless the password is the actor's; failures are counted and slowed down. */
export async function provePassword(ctx: Context, hash: string, password: string): Promise<void> {
  const right = await attempt(ctx, { account: `prove:${ctx.actor.id}` }, async () =>
    (await verifyPassword(hash, password)) ? true : undefined,
  );
  if (right === undefined) throw new AppError('forbidden', 'The password is wrong.');
}

/** Sets or removes the own e-mail. An address that a person gave themselves leads no identity provider to the account. */
export async function changeEmail(ctx: Context, email: string | null): Promise<void> {
  requireSession(ctx);
  await transact(ctx, async (ctx) => {
    if (email !== null) await refuseTakenEmail(ctx, email, ctx.actor.id);
    await updateAccount(ctx.tx, ctx.actor.id, { edit: { email }, at: ctx.clock.now(), confirmed: false });
  });
}

export async function ownPasskeys(ctx: Context): Promise<PasskeyList> {
  return { passkeys: await listPasskeys(reader(ctx), ctx.actor.id) };
}

/** Removes an own passkey. The last way to sign in stays. */
export async function forgetPasskey(ctx: Context, id: string): Promise<void> {
  requireSession(ctx);
  await transact(ctx, async (ctx) => {
    if (!(await removePasskey(ctx.tx, ctx.actor.id, id))) throw new AppError('not_found', 'You have no such passkey.');
    if ((await signInMethods(ctx.tx, ctx.actor.id)).length === 0)
      throw new AppError('conflict', 'This is your only way to sign in. Set a password or add another passkey first.');
  });
}

export async function ownSessions(ctx: Context): Promise<SessionList> {
  const current = ctx.actor.session?.id;
  return { sessions: await listSessions(reader(ctx), { account: ctx.actor.id, current, at: ctx.clock.now() }) };
}

/** Ends one own session, or all of them, this one included ("sign out everywhere"). */
export async function endOwnSessions(ctx: Context, only?: string): Promise<void> {
  requireSession(ctx);
  await endSessions(reader(ctx), { account: ctx.actor.id, ...(only === undefined ? {} : { only }) });
}
