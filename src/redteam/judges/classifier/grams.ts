/** Number of buckets that n-grams are hashed into. */
export const gramBuckets = 1024;

const tokens = /\p{Script=Han}|(?:(?!\p{Script=Han})[\p{L}\p{N}'])+|[^\s\p{L}\p{N}']/gu;

/**
 * The one- and two-grams of a text: of words in alphabetic scripts, of characters in Chinese, never across punctuation.
 * They stand beside the sentence embeddings because the default embedding model reads most Chinese characters as unknown.
 */
export function gramsOf(text: string): string[] {
  const grams: string[] = [];
  let previous: string | undefined;
  for (const [token] of text.normalize('NFKC').toLowerCase().matchAll(tokens)) {
    if (!/[\p{L}\p{N}]/u.test(token)) {
      previous = undefined;
      continue;
    }
    grams.push(token);
    if (previous !== undefined) grams.push(`${previous} ${token}`);
    previous = token;
  }
  return grams;
}

/**
 * Unit-length vector of signed hashed n-gram counts (1 + ln count; Weinberger et al. 2009), without the n-grams that
 * `except` has; the zero vector where nothing is left.
 */
export function hashedGrams(text: string, except = ''): Float64Array {
  const left = new Set(gramsOf(except));
  const counts = new Map<string, number>();
  for (const gram of gramsOf(text)) if (!left.has(gram)) counts.set(gram, (counts.get(gram) ?? 0) + 1);
  const vector = new Float64Array(gramBuckets);
  for (const [gram, count] of counts) {
    const hash = hash32(gram);
    const bucket = hash % gramBuckets;
    vector[bucket] = (vector[bucket] ?? 0) + (hash >>> 31 === 0 ? 1 : -1) * (1 + Math.log(count));
  }
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** FNV-1a over UTF-16 code units, finished with the mixer of MurmurHash3 so that every bit depends on every character. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
