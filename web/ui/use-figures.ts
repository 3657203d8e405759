import { useLocale } from '../app/locale.tsx';
import { fixed, percent } from '../quality/format.ts';
import { figures as texts } from './texts.ts';

type Ends = readonly [number, number] | null | undefined;

/** Rates, intervals and differences in words, with no more digits than their n supports. */
export function useFigures() {
  const { say } = useLocale();
  const digits = (n: number): number => (n >= 1000 ? 1 : 0);
  return {
    rate: ({ k, n, rate }: { k: number; n: number; rate: number | null }): string =>
      rate === null ? say(texts.noRate, { k, n }) : say(texts.rateOf, { percent: percent(rate, digits(n)), k, n }),
    share: (value: number | null, n: number): string =>
      value === null ? say(texts.noValue) : say(texts.percent, { percent: percent(value, digits(n)) }),
    range: (ends: Ends, n: number): string =>
      ends == null ? '–' : say(texts.range, { low: percent(ends[0], digits(n)), high: percent(ends[1], digits(n)) }),
    points: (value: number | null): string => (value === null ? '–' : say(texts.points, { points: percent(value) })),
    pointRange: (ends: Ends): string =>
      ends == null ? '–' : say(texts.pointRange, { low: pointEnd(ends[0]), high: pointEnd(ends[1]) }),
    p: (value: number | null): string => (value === null ? '–' : value < 0.001 ? '< 0.001' : fixed(value, 3)),
  };
}

/** An end in points; one that would round to 0 without being 0 keeps a digit, for whether 0 lies inside must be seen. */
function pointEnd(value: number): string {
  const plain = percent(value);
  if (Number(plain) !== 0 || Math.abs(value) < 1e-9) return plain;
  return percent(value, Math.min(6, Math.ceil(-Math.log10(100 * Math.abs(value)))));
}
