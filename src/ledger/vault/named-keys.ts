import { type Context, reader, type TxContext } from '../../context/context.ts';
import { destroyKey, insertKey, readKey } from './store.ts';

/*
 * Keys for something that is no chain, under a UUID of its own. They are kept like the data keys of chains: sealed in
 * the database under the workspace's key, and moved with them when that changes.
 */

/** A new key of 32 random bytes. */
export async function makeNamedKey(ctx: TxContext, id: string): Promise<Uint8Array> {
  const { key, wrapped } = ctx.ledger.contents.newKey(id);
  await insertKey(ctx.tx, id, wrapped);
  return key;
}

/** The key of that name; undefined where it was destroyed or never made. */
export async function namedKey(ctx: Context, id: string): Promise<Uint8Array | undefined> {
  const wrapped = await readKey(reader(ctx), id);
  return wrapped === undefined ? undefined : ctx.ledger.contents.unwrap(id, wrapped);
}

/** Destroys the key; it can never be read again. */
export async function destroyNamedKey(ctx: TxContext, id: string): Promise<void> {
  await destroyKey(ctx.tx, id);
}
