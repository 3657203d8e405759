import { Table, Text } from '@mantine/core';
import type { Metric } from '../../src/training/watch/rule-schema.ts';
import type { SeriesPoint, StandingRule } from '../../src/training/watch/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { figure } from './format.ts';
import { actionNames, ruleReasons, texts } from './texts.ts';

/** What a chart shows, in numbers: its rules with what they compare with, and each point. */
export function FigureTable({
  metric,
  points,
  rules,
}: {
  metric: Metric;
  points: SeriesPoint[];
  rules: StandingRule[];
}) {
  const { say, number } = useLocale();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a frame that scrolls must be reachable by keyboard
    <section className="figures" tabIndex={0} aria-label={say(texts.table)}>
      {rules.map((rule) => (
        <Text key={rule.text} size="xs" component="div">
          <code translate="no">{rule.text}</code> {say(actionNames[rule.action])}
          {rule.of === 'value' &&
            rule.against !== undefined &&
            ` ${say(texts.comparedWith, { limit: figure(rule.against) })}`}
          {rule.against === undefined && ` ${say(texts.startUnknown)}`}
          {rule.because !== undefined && (
            <>
              {' '}
              <Reason rule={rule} because={rule.because} />
            </>
          )}
        </Text>
      ))}
      <Table verticalSpacing={2} horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {(['step', 'value', 'interval', 'range', 'n'] as const).map((key) => (
              <Table.Th key={key}>{say(texts[key])}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {points.map(({ from, to, figures }) => {
            const found = figures[metric];
            const between = (low: number | undefined, high: number | undefined): string =>
              low === undefined || high === undefined ? '' : say(texts.from, { low: figure(low), high: figure(high) });
            return (
              <Table.Tr key={from}>
                <Table.Td className="number">{from === to ? number(from) : `${number(from)}–${number(to)}`}</Table.Td>
                <Table.Td>{found === undefined ? say(texts.notMeasured) : figure(found.value)}</Table.Td>
                <Table.Td>{between(found?.low, found?.high)}</Table.Td>
                <Table.Td>{between(found?.min, found?.max)}</Table.Td>
                <Table.Td>{found === undefined ? '' : number(found.n)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </section>
  );
}

/** Why there is the rule: in the page's language for a default one, as written for one of the run's own. */
function Reason({ rule, because }: { rule: StandingRule; because: string }) {
  const { say } = useLocale();
  const known = ruleReasons[rule.text];
  return known?.en === because ? say(known) : <SourceText>{because}</SourceText>;
}
