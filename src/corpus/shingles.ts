import { comparableText } from './text.ts';

const separator = '\u001E';

/**
 * The text by which near-duplicates are sought: stem and options in comparable small letters. The options are sorted, so
 * their order makes no difference, and set apart, so that no shingle runs from one into the next.
 */
export function nearDuplicateText(question: { text: string; options?: readonly { text: string }[] }): string {
  const options = (question.options ?? []).map((option) => comparableText(option.text).toLowerCase()).sort();
  return [comparableText(question.text).toLowerCase(), ...options].join(separator);
}

/**
 * Calls `use` with the 32-bit hash of each shingle: single words and pairs of neighbouring words, where each Han or kana
 * character is a word of its own. Digits are words too; punctuation and blanks only part words.
 */
export function eachShingle(text: string, use: (hash: number) => void): void {
  let word = 0;
  let inWord = false;
  let before = 0;
  const emit = (hash: number): void => {
    use(mixed(hash));
    if (before !== 0) use(mixed(Math.imul(before, 0x9e3779b1) ^ hash));
    before = hash;
  };
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const kind = kindOf(code);
    if (kind === 'letter') {
      word = Math.imul((inWord ? word : 0x811c9dc5) ^ code, 0x01000193);
      inWord = true;
      continue;
    }
    if (inWord) emit(word | 1);
    inWord = false;
    if (kind === 'sign') emit(mixed(code + 0x10000) | 1);
    else if (text[at] === separator) before = 0;
  }
  if (inWord) emit(word | 1);
}

type Kind = 'letter' | 'sign' | 'gap';

/** Surrogates count as letters: outside the Han planes they are emoji and rare scripts, which read well enough as words. */
function kindOf(code: number): Kind {
  if (code < 0x80) {
    const plain = (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a);
    return plain ? 'letter' : 'gap';
  }
  if ((code >= 0x3400 && code <= 0x9fff) || (code >= 0x3041 && code <= 0x30ff) || (code >= 0xf900 && code <= 0xfaff))
    return 'sign';
  const gap = code < 0xc0 || (code >= 0x2000 && code <= 0x206f) || (code >= 0x3000 && code <= 0x303f);
  return gap ? 'gap' : 'letter';
}

/** The finaliser of MurmurHash3 (Austin Appleby, public domain): spreads a hash over all 32 bits. */
export function mixed(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Exact Jaccard similarity (0–1) of the shingles of two texts; 0 when either has none. */
export function shingleSimilarity(a: string, b: string): number {
  const first = new Set<number>();
  const second = new Set<number>();
  eachShingle(a, (hash) => first.add(hash));
  eachShingle(b, (hash) => second.add(hash));
  if (first.size === 0 || second.size === 0) return 0;
  let common = 0;
  for (const hash of first) if (second.has(hash)) common += 1;
  return common / (first.size + second.size - common);
}
