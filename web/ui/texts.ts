import type { Text } from '../app/messages.ts';

/** The words of rates, intervals and differences. */
export const figures = {
  noRate: { en: 'no rate ({k} of {n})', zh: '无比率（{k}/{n}）' },
  noValue: { en: 'no rate', zh: '无比率' },
  rateOf: { en: '{percent} % ({k} of {n})', zh: '{percent}%（{k}/{n}）' },
  percent: { en: '{percent} %', zh: '{percent}%' },
  range: { en: '{low} to {high} %', zh: '{low} 至 {high}%' },
  points: { en: '{points} points', zh: '{points} 个百分点' },
  pointRange: { en: '{low} to {high} points', zh: '{low} 至 {high} 个百分点' },
} satisfies Record<string, Text>;

/** The heads of a table of figures of the statistics engine. */
export const figureTable = {
  method: { en: 'Method', zh: '方法' },
  value: { en: 'Value', zh: '数值' },
  interval: { en: 'Interval', zh: '区间' },
  p: { en: 'p', zh: 'p 值' },
  n: { en: 'n', zh: '样本数' },
} satisfies Record<string, Text>;

/** The words of lists that come in pages. */
export const paging = {
  more: { en: 'Show more', zh: '显示更多' },
} satisfies Record<string, Text>;
