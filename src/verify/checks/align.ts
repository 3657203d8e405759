import type { Cursor } from '../lines.ts';

/** Something of a stream that belongs to no listed record at this place. */
export type Stray<T> = { readonly item: T; readonly name: string };

export type Taken<T> = { readonly item?: T; readonly strays: readonly Stray<T>[] };

export type Wanted<T> = {
  /** True for the very item the record has in the stream. */
  readonly belongs: (item: T) => boolean;
  readonly nameOf: (item: T) => string;
  /** The name of the record behind this one. */
  readonly following: string | undefined;
  readonly isListed: (name: string) => boolean;
};

/**
 * Takes what a stream holds for a record, so that one item too many, one missing or one altered is told as what it is
 * and does not put all that follow out of step: an item before the wanted one is a stray; an item of the next record
 * means that this one's is missing; any other stands in its place.
 */
export async function takeFor<T>(stream: Cursor<T>, wanted: Wanted<T>): Promise<Taken<T>> {
  const strays: Stray<T>[] = [];
  for (;;) {
    const [item, next] = await stream.peek(2);
    if (item === undefined) return { strays };
    const name = wanted.nameOf(item);
    if (!wanted.belongs(item) && next !== undefined && wanted.belongs(next)) {
      strays.push({ item, name });
      await stream.next();
      continue;
    }
    if (!wanted.belongs(item) && name === wanted.following && wanted.isListed(name)) return { strays };
    await stream.next();
    return { item, strays };
  }
}

/**
 * Takes all items at the head of a stream that belong to the record at `position`. Items of unlisted or of earlier
 * records are strays.
 */
export async function takeAllFor<T>(
  stream: Cursor<T>,
  position: number,
  { positionOf, nameOf }: { positionOf: (item: T) => number | undefined; nameOf: (item: T) => string },
): Promise<{ items: T[]; strays: Stray<T>[] }> {
  const items: T[] = [];
  const strays: Stray<T>[] = [];
  for (;;) {
    const [item] = await stream.peek(1);
    if (item === undefined) return { items, strays };
    const at = positionOf(item);
    if (at !== undefined && at > position) return { items, strays };
    await stream.next();
    if (at === position) items.push(item);
    else strays.push({ item, name: nameOf(item) });
  }
}
