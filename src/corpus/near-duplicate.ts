import { equalBytes, equalBytesFor, signatureBytes, signatureWriter, similarityOf } from './minhash.ts';
import { mixed } from './shingles.ts';

/** `item` is the number that `add` gave: 0 for the first text added, 1 for the second … */
export type NearDuplicate = { item: number; similarity: number };

export type NearDuplicateIndex = {
  size: () => number;
  /** Adds a text and returns its near-duplicates among those added before, most similar first (then oldest first). */
  add: (text: string) => NearDuplicate[];
  /** The near-duplicates of a text that is not added. */
  find: (text: string) => NearDuplicate[];
};

/** 25 bands of 5 bytes: of two texts with similarity s, 1 − (1 − s⁵)²⁵ are compared: 99 % at 0.7, 55 % at 0.5, 6 % at 0.3. */
const bandBytes = 5;
const bands = signatureBytes / bandBytes;
/** A family of thousands of variants would make every look-up slow; the newest ones are enough to join it. */
const mostCompared = 2_000;
const mostReturned = 50;

type Store = {
  size: number;
  capacity: number;
  signatures: Uint8Array;
  /** Newest entry of each bucket, and the next older entry of each entry; an entry is item × bands + band, plus 1. */
  heads: Int32Array;
  next: Int32Array;
  /** By item: the look-up that last compared it, so that none is compared twice. */
  seen: Uint32Array;
  lookups: number;
};

/**
 * An index of texts for near-duplicates: MinHash signatures in a banded hash table, 225–300 bytes a text whatever its length
 * (85 MB for 300,000 texts where `expected` says so, up to twice that while growing). Deterministic: the same texts in the same
 * order give the same answers. Give it `nearDuplicateText`. Similarity is estimated with a standard error of at most 0.045;
 * where a decision hangs on it, compare the two texts with `shingleSimilarity`. It is likeness of wording only: a question
 * and its negation, or one vignette with two questions, are near-duplicates. Fit for keeping variants together; no proof that
 * two questions are one, which is what `questionIdentity` is for.
 */
export function nearDuplicateIndex(options: { threshold?: number; expected?: number } = {}): NearDuplicateIndex {
  const least = equalBytesFor(options.threshold ?? 0.7);
  const writeSignature = signatureWriter();
  let store = emptyStore(Math.max(1_024, options.expected ?? 0));
  const signature = new Uint8Array(signatureBytes);
  const search = (text: string): NearDuplicate[] | undefined =>
    writeSignature(text, signature) ? matches(store, signature, least) : undefined;
  return {
    size: () => store.size,
    find: (text) => search(text) ?? [],
    add: (text) => {
      if (store.size === store.capacity) store = grown(store);
      const found = search(text);
      store.signatures.set(signature, store.size * signatureBytes);
      // a twin in every shingle is already found through the first of its kind: long rows of equal texts stay fast
      const twin = found?.some(({ similarity }) => similarity === 1) ?? true;
      if (!twin) link(store, store.size);
      store.size += 1;
      return found ?? [];
    },
  };
}

function emptyStore(capacity: number): Store {
  const buckets = 2 ** Math.ceil(Math.log2((capacity * bands) / 2));
  return {
    size: 0,
    capacity,
    signatures: new Uint8Array(capacity * signatureBytes),
    heads: new Int32Array(buckets),
    next: new Int32Array(capacity * bands),
    seen: new Uint32Array(capacity),
    lookups: 0,
  };
}

function grown(old: Store): Store {
  const store = emptyStore(old.capacity * 2);
  store.signatures.set(old.signatures);
  const linked = linkedItems(old);
  for (let item = 0; item < old.size; item++) if (linked[item] === 1) link(store, item);
  store.size = old.size;
  return store;
}

function linkedItems(store: Store): Uint8Array {
  const linked = new Uint8Array(store.size);
  for (const head of store.heads)
    for (let entry = head; entry !== 0; entry = store.next[entry - 1] ?? 0) linked[Math.floor((entry - 1) / bands)] = 1;
  return linked;
}

function bucketOf(store: Store, signature: Uint8Array, start: number, band: number): number {
  let hash = band + 1;
  for (let at = start + band * bandBytes, end = at + bandBytes; at < end; at++)
    hash = Math.imul(hash ^ (signature[at] ?? 0), 0x01000193) ^ (hash >>> 15);
  return mixed(hash) & (store.heads.length - 1);
}

function link(store: Store, item: number): void {
  for (let band = 0; band < bands; band++) {
    const bucket = bucketOf(store, store.signatures, item * signatureBytes, band);
    const entry = item * bands + band;
    store.next[entry] = store.heads[bucket] ?? 0;
    store.heads[bucket] = entry + 1;
  }
}

function matches(store: Store, signature: Uint8Array, least: number): NearDuplicate[] {
  const found: NearDuplicate[] = [];
  let compared = 0;
  store.lookups += 1;
  for (let band = 0; band < bands && compared < mostCompared; band++) {
    const bucket = bucketOf(store, signature, 0, band);
    for (
      let entry = store.heads[bucket] ?? 0;
      entry !== 0 && compared < mostCompared;
      entry = store.next[entry - 1] ?? 0
    ) {
      const item = Math.floor((entry - 1) / bands);
      if (store.seen[item] === store.lookups) continue;
      store.seen[item] = store.lookups;
      compared += 1;
      const equal = equalBytes(signature, store.signatures, item * signatureBytes, least);
      if (equal >= 0) found.push({ item, similarity: similarityOf(equal) });
    }
  }
  return found.sort((a, b) => b.similarity - a.similarity || a.item - b.item).slice(0, mostReturned);
}
