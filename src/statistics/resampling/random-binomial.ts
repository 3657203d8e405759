import { logGamma } from '../distributions/gamma.ts';
import { at } from '../vector.ts';

/** Below this mean the inversion by sequential search is quick, above it the rejection method is. */
const searchLimit = 10;

/**
 * One draw of Bin(n, p), exact for every n: sequential search from the mass at 0 for small means, else transformed
 * rejection (BTRS; Hörmann, The generation of binomial random variates, 1993).
 */
export function randomBinomial(random: () => number, n: number, p: number): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - randomBinomial(random, n, 1 - p);
  return n * p < searchLimit ? bySearch(random, n, p) : byRejection(random, n, p);
}

function bySearch(random: () => number, n: number, p: number): number {
  const odds = p / (1 - p);
  let mass = Math.exp(n * Math.log1p(-p));
  let rest = random();
  let k = 0;
  while (rest > mass && k < n) {
    rest -= mass;
    k += 1;
    mass *= ((n - k + 1) / k) * odds;
  }
  return k;
}

function byRejection(random: () => number, n: number, p: number): number {
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const centre = n * p + 0.5;
  const accept = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * spread;
  const mode = Math.floor((n + 1) * p);
  const logOdds = Math.log(p / (1 - p));
  const atMode = logGamma(mode + 1) + logGamma(n - mode + 1);
  for (;;) {
    const u = random() - 0.5;
    const v = random();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + centre);
    if (us >= 0.07 && v <= accept) return k;
    if (k < 0 || k > n) continue;
    const height = Math.log((v * alpha) / (a / (us * us) + b));
    if (height <= atMode - logGamma(k + 1) - logGamma(n - k + 1) + (k - mode) * logOdds) return k;
  }
}

/**
 * One resample of `sum(counts)` items with replacement, told as how often each kind of item was drawn: a multinomial draw
 * with the counts as chances. Writes into `out`.
 */
export function randomMultinomial(random: () => number, counts: readonly number[], out: Float64Array): void {
  let chances = 0;
  for (const count of counts) chances += count;
  let items = chances;
  for (let i = 0; i < counts.length; i++) {
    const count = at(counts, i);
    const drawn = chances <= count ? items : randomBinomial(random, items, count / chances);
    out[i] = drawn;
    items -= drawn;
    chances -= count;
  }
}
