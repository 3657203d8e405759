import { Text } from '@mantine/core';
import type { GoldStanding } from '../../src/calibration/gold/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { useRate } from './rate.ts';
import { texts } from './texts.ts';

const parts = [
  ['right', 'goldRight'],
  ['verdicts', 'goldVerdicts'],
  ['scores', 'goldScores'],
  ['errors', 'goldErrors'],
] as const;

/** A reviewer's answers to gold items, each share with its interval. */
export function GoldStandingList({ gold, own }: { gold: GoldStanding; own: boolean }) {
  const { say } = useLocale();
  const rate = useRate();
  return (
    <div>
      <Text size="sm">{say(texts.goldOf, { training: gold.training, hidden: gold.hidden })}</Text>
      {gold.training + gold.hidden > 0 && (
        <dl className="scores">
          {parts.map(([part, name]) => (
            <div key={part}>
              <dt>{say(texts[name])}</dt>
              <dd>{rate(gold[part])}</dd>
            </div>
          ))}
        </dl>
      )}
      {own && (
        <Text size="xs" c="dimmed">
          {say(texts.goldTens)}
        </Text>
      )}
    </div>
  );
}
