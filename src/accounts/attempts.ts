import { type Context, reader } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { sha256Hex } from '../core/hash.ts';
import { countAttempt, forgetAttempts, uncountAttempt } from './attempt-store.ts';

/** Failures before the first pause: a person mistypes, an address may serve a whole clinic. */
const free = { account: 5, address: 50 };

export type Attempt = { account: string; address?: string };

/**
 * Runs one attempt to prove who somebody is. `work` returns undefined where the proof was wrong. Too many failures for
 * one name or address give `rate_limited`; a name that nobody has counts like one that somebody has.
 */
export async function attempt<T>(
  ctx: Context,
  { account, address }: Attempt,
  work: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const at = ctx.clock.now();
  const nameKey = sha256Hex(`account:${account.toLowerCase()}`);
  const keys: [string, number][] = [[nameKey, free.account]];
  if (address !== undefined) keys.unshift([sha256Hex(`address:${address}`), free.address]);
  for (const [key, allowed] of keys) {
    const until = await countAttempt(reader(ctx), key, allowed, at);
    if (until !== undefined) throw tooMany(until, at);
  }
  const result = await work();
  if (result === undefined) return undefined;
  for (const [key] of keys)
    await (key === nameKey ? forgetAttempts : uncountAttempt)(reader(ctx), key, ctx.clock.now());
  return result;
}

function tooMany(until: Date, at: Date): AppError {
  const seconds = Math.max(1, Math.ceil((until.getTime() - at.getTime()) / 1000));
  return new AppError('rate_limited', `Too many failed attempts. Try again in ${seconds} seconds.`, {
    details: { seconds },
  });
}
