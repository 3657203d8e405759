import { type Context, reader, type TxContext } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { textDigest } from '../judging/text.ts';
import { heldOutAmong, insertHeldOut } from './store-held-out.ts';

const shown = 5;

/** Keeps these texts out of training for good: every later run whose rows hold one of them is refused. */
export async function holdOut(ctx: TxContext, digests: readonly string[], heldFor: string): Promise<void> {
  await insertHeldOut(ctx.tx, [...new Set(digests)], heldFor, ctx.clock.now());
}

/** Which of these texts must never be trained on. */
export async function heldOutTexts(ctx: Context, texts: readonly string[]): Promise<string[]> {
  const held = await heldOutAmong(reader(ctx), texts.map(textDigest));
  return texts.filter((text) => held.has(textDigest(text)));
}

/** Throws `check_failed`, naming the examples, where a text that must never be trained on stands among these. */
export async function refuseHeldOut(
  ctx: Context,
  release: string,
  texts: readonly { id: string; text: string }[],
): Promise<void> {
  const byDigest = new Map(texts.map(({ id, text }) => [textDigest(text), id]));
  const held = await heldOutAmong(reader(ctx), [...byDigest.keys()]);
  if (held.size === 0) return;
  const named = [...held]
    .slice(0, shown)
    .map(([digest, heldFor]) => `${byDigest.get(digest)} (held out for ${heldFor})`);
  throw new AppError(
    'check_failed',
    `The release "${release}" holds ${held.size} texts of held-out probes: ${named.join(', ')}${held.size > shown ? ' …' : ''}. ` +
      'Training on them would make the red team measure its own training set: exclude these examples and make a new release.',
  );
}
