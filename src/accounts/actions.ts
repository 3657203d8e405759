import { randomBytes } from 'node:crypto';
import { type Actor, requireRole } from '../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { sha256Hex } from '../core/hash.ts';
import { adminMayNotBe, conflictingRoles } from '../core/roles.ts';
import { appendEvent } from '../ledger/actions.ts';
import { openInvitations } from './code-store.ts';
import { accountsWithMethods } from './credential-store.ts';
import { type Account, type AccountList, EnrolInput, type Token, TokenInput, type TokenScope } from './schema.ts';
import { emailTaken, insertAccount, listAccounts, readAccount } from './store.ts';
import { accountByToken, insertToken, listTokens, noteUse, revokeTokens } from './token-store.ts';

const day = 24 * 60 * 60_000;

/** Enrols a person or service with roles. Roles that separation of duties keeps apart are refused. */
export async function enrolAccount(ctx: Context, input: EnrolInput): Promise<Account> {
  requireRole(ctx.actor, 'admin');
  const account = EnrolInput.parse(input);
  refuseConflict(account.id, account.roles);
  return transact(ctx, async (ctx) => {
    if ((await readAccount(ctx.tx, account.id)) !== undefined)
      throw new AppError('conflict', `The account "${account.id}" exists already.`);
    if (account.email !== undefined) await refuseTakenEmail(ctx, account.email, account.id);
    await insertAccount(ctx.tx, {
      id: account.id,
      name: account.name,
      roles: account.roles,
      ...(account.credential === undefined ? {} : { credential: account.credential }),
      specialties: account.specialties,
      languages: account.languages,
      ...(account.email === undefined ? {} : { email: account.email }),
      demo: account.demo,
      at: ctx.clock.now(),
    });
    const enrolled = await getAccount(ctx, account.id);
    await recordEnrolment(ctx, enrolled);
    return enrolled;
  });
}

/** Says in the log what an account is from here on; a verifier reads who was entitled to what from the newest of these. */
export async function recordEnrolment(ctx: TxContext, account: Account): Promise<void> {
  await appendEvent(ctx, {
    type: 'reviewer.enrolled',
    data: {
      account: account.id,
      roles: account.roles,
      credentialed: account.credential !== undefined,
      demo: account.demo,
    },
  });
}

/** Throws `invalid_input` where one account may not hold all of these roles. */
export function refuseConflict(id: string, roles: Account['roles']): void {
  const conflict = conflictingRoles(roles);
  if (conflict !== undefined)
    throw new AppError('invalid_input', `${id}: one account may not be both ${conflict[0]} and ${conflict[1]}.`);
}

export async function refuseTakenEmail(ctx: TxContext, email: string, id: string): Promise<void> {
  if (await emailTaken(ctx.tx, email, id))
    throw new AppError('conflict', `${email} belongs to another account. Give another e-mail.`);
}

/** One account; `not_found` when there is none. */
export async function getAccount(ctx: Context, id: string): Promise<Account> {
  const account = await readAccount(reader(ctx), id);
  if (account === undefined) throw new AppError('not_found', `There is no account "${id}".`);
  return account;
}

/** All accounts with what an administrator needs to know of their sign-in. */
export async function listAllAccounts(ctx: Context): Promise<AccountList['accounts']> {
  requireRole(ctx.actor, 'admin', 'auditor', 'steward', 'engineer', 'red-teamer', 'release-approver', 'panel-chair');
  const signing = await accountsWithMethods(reader(ctx));
  const invited = await openInvitations(reader(ctx), ctx.clock.now());
  return (await listAccounts(reader(ctx))).map((account) => {
    const invitedUntil = invited.get(account.id);
    return {
      ...account,
      canSignIn: signing.has(account.id),
      ...(invitedUntil === undefined ? {} : { invitedUntil }),
    };
  });
}

/**
 * Makes an API token for the own account or, as an administrator, for another. Only its hash is kept, so the token is
 * shown this once. An administrator makes none for a person who signs: it would let them sign in that person's name.
 */
export async function issueToken(ctx: Context, input: TokenInput & { account: string }): Promise<string> {
  const { account, ...rest } = input;
  const { label, scope, days } = TokenInput.parse(rest);
  if (account !== ctx.actor.id) requireRole(ctx.actor, 'admin');
  const token = `sm_${randomBytes(32).toString('base64url')}`;
  await transact(ctx, async (ctx) => {
    const holder = await getAccount(ctx, account);
    if (account !== ctx.actor.id && !holder.demo && holder.roles.some((role) => adminMayNotBe(role)))
      throw new AppError(
        'forbidden',
        `${holder.name} signs reviews, decisions or releases, so only they can make their token: invite them, and let them make it on the page "account".`,
      );
    const at = ctx.clock.now();
    await insertToken(ctx.tx, {
      sha256: sha256Hex(token),
      accountId: account,
      label,
      scope,
      at,
      ...(days === undefined ? {} : { expiresAt: new Date(at.getTime() + days * day) }),
    });
  });
  return token;
}

/** The live tokens of an account, for itself and for administrators; never the tokens themselves. */
export async function tokensOf(ctx: Context, account: string): Promise<Token[]> {
  if (account !== ctx.actor.id) requireRole(ctx.actor, 'admin');
  await getAccount(ctx, account);
  return listTokens(reader(ctx), account, ctx.clock.now());
}

/** Revokes a token of the own account or, as an administrator, of another; it stops working at once. */
export async function revokeToken(ctx: Context, account: string, id: string): Promise<void> {
  if (account !== ctx.actor.id) requireRole(ctx.actor, 'admin');
  if ((await revokeTokens(reader(ctx), { account, id, at: ctx.clock.now() })) === 0)
    throw new AppError('not_found', `${account} has no such token.`);
}

/** Who holds this token and what it is good for, or undefined. */
export async function actorForToken(
  ctx: Context,
  token: string,
): Promise<{ actor: Actor; scope: TokenScope } | undefined> {
  const at = ctx.clock.now();
  const found = await accountByToken(reader(ctx), sha256Hex(token), at);
  if (found === undefined) return undefined;
  if (found.stale) await noteUse(reader(ctx), found.token, at);
  return { actor: { ...actorOf(found.account), via: 'token' }, scope: found.scope };
}

/** The account as somebody who asks. */
export function actorOf({ id, name, roles }: Account): Actor {
  return { id, name, roles };
}
