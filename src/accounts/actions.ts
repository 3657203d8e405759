import { randomBytes } from 'node:crypto';
import { type Actor, conflictingRoles, requireRole } from '../context/actor.ts';
import { type Context, reader, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { sha256Hex } from '../core/hash.ts';
import { appendEvent } from '../ledger/actions.ts';
import { type Account, EnrolInput } from './schema.ts';
import { accountByToken, insertAccount, insertToken, listAccounts, readAccount } from './store.ts';

/** Enrols a person or service with roles. Roles that separation of duties keeps apart are refused. */
export async function enrolAccount(ctx: Context, input: EnrolInput): Promise<Account> {
  requireRole(ctx.actor, 'admin');
  const account = EnrolInput.parse(input);
  const conflict = conflictingRoles(account.roles);
  if (conflict !== undefined)
    throw new AppError(
      'invalid_input',
      `${account.id}: one account may not be both ${conflict[0]} and ${conflict[1]}.`,
    );
  return transact(ctx, async (ctx) => {
    if ((await readAccount(ctx.tx, account.id)) !== undefined)
      throw new AppError('conflict', `The account "${account.id}" exists already.`);
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
    await appendEvent(ctx, {
      type: 'reviewer.enrolled',
      data: {
        account: account.id,
        roles: account.roles,
        credentialed: account.credential !== undefined,
        demo: account.demo,
      },
    });
    return getAccount(ctx, account.id);
  });
}

/** One account; `not_found` when there is none. */
export async function getAccount(ctx: Context, id: string): Promise<Account> {
  const account = await readAccount(reader(ctx), id);
  if (account === undefined) throw new AppError('not_found', `There is no account "${id}".`);
  return account;
}

export async function listAllAccounts(ctx: Context): Promise<Account[]> {
  requireRole(ctx.actor, 'admin', 'auditor', 'steward', 'engineer', 'red-teamer', 'release-approver', 'panel-chair');
  return listAccounts(reader(ctx));
}

/** Makes an API token for an account. Only its hash is kept, so the token is shown this once. */
export async function issueToken(ctx: Context, input: { account: string; label: string }): Promise<string> {
  requireRole(ctx.actor, 'admin');
  const token = `sm_${randomBytes(32).toString('base64url')}`;
  await transact(ctx, async (ctx) => {
    await getAccount(ctx, input.account);
    await insertToken(ctx.tx, {
      sha256: sha256Hex(token),
      accountId: input.account,
      label: input.label,
      at: ctx.clock.now(),
    });
  });
  return token;
}

/** Who holds this token, or undefined. */
export async function actorForToken(ctx: Context, token: string): Promise<Actor | undefined> {
  const account = await accountByToken(reader(ctx), sha256Hex(token), ctx.clock.now());
  return account === undefined ? undefined : { id: account.id, name: account.name, roles: account.roles };
}
