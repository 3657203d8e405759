import { Text } from '@mantine/core';
import { radarColours, radarDashes } from '../../src/charts/radar-style.ts';
import type { BoardEntry } from '../../src/evaluation/leaderboard/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { Chart } from '../ui/chart.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { texts } from './texts.ts';

/** A radar chart of the first few models, below the table that has the same numbers with their intervals. */
export function Radar({ entries, sets }: { entries: BoardEntry[]; sets: string[] }) {
  const { say } = useLocale();
  const whole = entries
    .filter((entry) => sets.every((set) => entry.sets.some(({ name, rate }) => name === set && rate !== null)))
    .slice(0, radarColours.length);
  if (whole.length === 0) return null;
  const points = whole.flatMap((entry) =>
    entry.sets.flatMap(({ name, rate }) =>
      rate !== null && sets.includes(name) ? [{ series: entry.target, axis: name, value: rate }] : [],
    ),
  );
  return (
    <details>
      <summary>{say(texts.radar)}</summary>
      <Text size="xs" c="dimmed">
        {say(texts.radarNote)}
      </Text>
      <div className="radar">
        <Chart drawing={{ kind: 'radar', points }} label={say(texts.radarLabel)} />
        <ul>
          {whole.map(({ target }, index) => (
            <li key={target}>
              <svg viewBox="0 0 40 12" aria-hidden="true" focusable="false">
                <line
                  x1={0}
                  x2={40}
                  y1={6}
                  y2={6}
                  stroke={radarColours[index]}
                  strokeWidth={3}
                  strokeDasharray={radarDashes[index]}
                />
              </svg>
              <SourceText>{target}</SourceText>
            </li>
          ))}
        </ul>
      </div>
    </details>
  );
}
