import { Text } from '@mantine/core';
import type { AgreementFigure } from '../../src/calibration/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { fixed } from './format.ts';
import { methodNames, texts } from './texts.ts';

const reasons: Record<string, keyof typeof texts> = {
  'too few': 'tooFew',
  'no variation': 'noVariation',
  'no unit has two ratings': 'noPairs',
  'the category was never used': 'neverUsed',
};

/** The name of a figure's method in the page's language. */
export function MethodName({ figure }: { figure: AgreementFigure }) {
  const { say } = useLocale();
  const name = methodNames[figure.statistic];
  return <span translate="no">{name === undefined ? figure.method : say(name)}</span>;
}

/** The value of a figure, or why there is none. */
export function FigureValue({ figure }: { figure: AgreementFigure }) {
  const { say } = useLocale();
  if (figure.value !== null) return <>{fixed(figure.value)}</>;
  return <>{say(texts[reasons[figure.reason ?? ''] ?? 'undefinedFigure'])}</>;
}

/** The ends of a figure's interval in words. */
export function useInterval(): (interval: readonly [number, number] | null | undefined) => string {
  const { say } = useLocale();
  return (interval) =>
    interval == null ? say(texts.noInterval) : say(texts.from, { low: fixed(interval[0]), high: fixed(interval[1]) });
}

/** Figures of lesser rank, one a line: name, value, interval; dimmed where prevalence makes it misleading. */
export function Beside({ figures }: { figures: AgreementFigure[] }) {
  const { say } = useLocale();
  const interval = useInterval();
  return figures.map((figure) => (
    <Text key={figure.statistic} size="xs" component="div" {...(figure.prevalence ? { c: 'dimmed' } : {})}>
      <MethodName figure={figure} /> <FigureValue figure={figure} />
      {figure.ci95 !== undefined && ` [${interval(figure.ci95)}]`}
      {figure.prevalence === true && ` – ${say(texts.prevalenceNote)}`}
    </Text>
  ));
}
