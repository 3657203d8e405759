import { Text } from '@mantine/core';
import type { ModelDetail } from '../../src/registry/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { fixed } from '../quality/format.ts';
import { Named } from './named.tsx';
import { Section } from './section.tsx';
import { texts } from './texts.ts';

/** What of the evaluation sets the model and its line have seen: word for word, and nearly. */
export function Overlaps({ detail: { overlaps, near } }: { detail: ModelDetail }) {
  const { say, number } = useLocale();
  const clean = overlaps.length === 0 && near.sets.length === 0;
  return (
    <Section id="overlap" title={texts.overlap}>
      {clean && <Text size="sm">{say(texts.overlapNone)}</Text>}
      {!clean && (
        <ul className="findings">
          {overlaps.map((one) => (
            <li key={one.set}>
              <strong>
                <Named
                  text={texts.overlapExact}
                  values={{ set: one.set, count: number(one.questions), ids: one.ids[0] ?? '' }}
                />
              </strong>
            </li>
          ))}
          {near.sets.map(({ set, questions, pairs: [pair] }) => (
            <li key={set}>
              <Named
                text={texts.overlapNear}
                values={{
                  set,
                  count: number(questions),
                  benchmark: pair?.benchmark ?? '',
                  training: pair?.training ?? '',
                  similarity: fixed(pair?.similarity ?? 0),
                }}
              />
            </li>
          ))}
        </ul>
      )}
      {near.sets.length > 0 && (
        <Text size="xs" c="dimmed">
          {say(texts.nearNote, { threshold: fixed(near.threshold) })}
        </Text>
      )}
      {near.unread > 0 && (
        <Text size="xs" c="dimmed">
          {say(texts.notCompared, { count: near.unread })}
        </Text>
      )}
    </Section>
  );
}
