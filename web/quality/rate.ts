import type { GoldStanding } from '../../src/calibration/gold/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { percent } from './format.ts';
import { texts } from './texts.ts';

/** A share in words, with its interval in per cent. */
export function useRate(): (rate: GoldStanding['right']) => string {
  const { say } = useLocale();
  return ({ k, n, rate, ci95 }) => {
    if (rate === null) return say(texts.noRate);
    const interval = ci95 === null ? '' : ` [${say(texts.from, { low: percent(ci95[0]), high: percent(ci95[1]) })}]`;
    return `${say(texts.rateOf, { percent: percent(rate), k, n })}${interval}`;
  };
}
