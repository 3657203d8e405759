import { eachShingle, mixed } from './shingles.ts';

/** Bytes of a signature: one for each bin. */
export const signatureBytes = 125;

type Sketch = { minima: Uint32Array; rounds: Int32Array; open: number };

/**
 * A function that writes a text's signature and says whether the text has a shingle at all. Fast similarity sketching
 * (Dahlgaard, Knudsen & Thorup 2017), with the low eight bits kept of each of `signatureBytes` minima: the share of equal
 * bytes of two signatures estimates the Jaccard similarity s of their shingles with a standard error of √(s(1 − s)/125), at
 * most 0.045, for short texts too. The function keeps a buffer between calls, and nothing else.
 */
export function signatureWriter(): (text: string, target: Uint8Array) => boolean {
  let shingles = new Uint32Array(1_024);
  let count = 0;
  const gather = (hash: number): void => {
    if (count === shingles.length) {
      const longer = new Uint32Array(count * 2);
      longer.set(shingles);
      shingles = longer;
    }
    shingles[count] = hash;
    count += 1;
  };
  return (text, target) => {
    count = 0;
    eachShingle(text, gather);
    if (count === 0) return false;
    const sketch = {
      minima: new Uint32Array(signatureBytes),
      rounds: new Int32Array(signatureBytes).fill(-1),
      open: signatureBytes,
    };
    for (let round = 0; sketch.open > 0; round++) fill(sketch, shingles.subarray(0, count), round);
    for (let bin = 0; bin < signatureBytes; bin++) target[bin] = sketch.minima[bin] ?? 0;
    return true;
  };
}

/**
 * One round throws every shingle into a bin of this round's own choosing; a bin keeps the least value of the first round that
 * hit it. In the second half of the rounds the bins come in turn, so that none stays open.
 */
function fill(sketch: Sketch, shingles: Uint32Array, round: number): void {
  const { minima, rounds } = sketch;
  const seed = Math.imul(round + 1, 0x9e3779b1);
  for (const shingle of shingles) {
    const hash = mixed(shingle ^ seed);
    const bin = round < signatureBytes ? hash % signatureBytes : round - signatureBytes;
    const hit = rounds[bin] ?? 0;
    if (hit >= 0 && hit < round) continue;
    const value = mixed(hash ^ 0x5bd1e995);
    if (hit === round && value >= (minima[bin] ?? 0)) continue;
    if (hit < 0) sketch.open -= 1;
    rounds[bin] = round;
    minima[bin] = value;
  }
}

/** By chance one byte in 256 is equal. */
const chance = 1 / 256;

/** How many bytes must be equal for an estimated similarity of at least `similarity`. */
export function equalBytesFor(similarity: number): number {
  return Math.ceil((similarity * (1 - chance) + chance) * signatureBytes - 1e-9);
}

/** Estimated Jaccard similarity (0–1) for a number of equal bytes, corrected for those that are equal by chance. */
export function similarityOf(equalBytes: number): number {
  return Math.max(0, (equalBytes / signatureBytes - chance) / (1 - chance));
}

/** The number of equal bytes of a signature and one that begins at `start`; −1 as soon as it cannot reach `least`. */
export function equalBytes(signature: Uint8Array, all: Uint8Array, start: number, least: number): number {
  let spare = signatureBytes - least;
  for (let at = 0; at < signatureBytes; at++)
    if (signature[at] !== all[start + at]) {
      spare -= 1;
      if (spare < 0) return -1;
    }
  return least + spare;
}
