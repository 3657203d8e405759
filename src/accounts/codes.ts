import { randomBytes } from 'node:crypto';
import type { Context, TxContext } from '../context/context.ts';
import { reader } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { sha256Hex } from '../core/hash.ts';
import { type CodePurpose, insertCode, readCode, removeCodes, type StoredCode, takeCode } from './code-store.ts';

const minute = 60_000;
const lifetimes: Readonly<Record<CodePurpose, number>> = {
  'sign-in': 10 * minute,
  setup: 24 * 60 * minute,
  invitation: 7 * 24 * 60 * minute,
};

const useless: Readonly<Record<CodePurpose, string>> = {
  'sign-in': 'This sign-in link was used already or has expired. Print a new one with "safemed account link".',
  setup: 'This setup link was used already or has expired. The server prints a new one when it starts.',
  invitation: 'This invitation was used already or has expired. Ask an administrator for a new one.',
};

/** Makes a code that works once; those made before for the same purpose and account stop working. Only its hash is kept. */
export async function makeCode(
  ctx: TxContext,
  { purpose, account }: { purpose: CodePurpose; account?: string },
): Promise<{ code: string; expiresAt: Date }> {
  const code = randomBytes(32).toString('base64url');
  const at = ctx.clock.now();
  const expiresAt = new Date(at.getTime() + lifetimes[purpose]);
  const whose = account === undefined ? {} : { account };
  // Several sign-in links may be open at once: one for each browser.
  if (purpose !== 'sign-in') await removeCodes(ctx.tx, { ...whose, purpose, at });
  await insertCode(ctx.tx, { sha256: sha256Hex(code), purpose, ...whose, by: ctx.actor.id, at, expiresAt });
  return { code, expiresAt };
}

/** What a code is for, without using it; `not_signed_in` for one that does not work. */
export async function lookAtCode(ctx: Context, purpose: CodePurpose, code: string): Promise<StoredCode> {
  const found = await readCode(reader(ctx), { sha256: sha256Hex(code), purpose, at: ctx.clock.now() });
  if (found === undefined) throw new AppError('not_signed_in', useless[purpose]);
  return found;
}

/** Uses a code up; `not_signed_in` for one that does not work. */
export async function redeemCode(ctx: TxContext, purpose: CodePurpose, code: string): Promise<StoredCode> {
  const found = await takeCode(ctx.tx, { sha256: sha256Hex(code), purpose, at: ctx.clock.now() });
  if (found === undefined) throw new AppError('not_signed_in', useless[purpose]);
  return found;
}
