import { Anchor, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ConfirmationTask } from '../../src/review/draft-schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { texts } from './texts.ts';

/** Where the confirmations that wait are read. */
export const confirmationsPath = '/v1/reviews/confirmations';

/** Colleagues' edits that wait for the reviewer's scores. */
export function ConfirmationList() {
  const { say } = useLocale();
  const query = useApi<{ items: ConfirmationTask[] }>(confirmationsPath, 30);
  return (
    <section aria-labelledby="confirmations">
      <Title order={3} size="h4" id="confirmations">
        {say(texts.confirmations)}
      </Title>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Text c="dimmed">{say(texts.noConfirmations)}</Text>
          ) : (
            <ul className="work-list">
              {items.map((one) => (
                <li key={one.instance}>
                  <Anchor
                    renderRoot={(props) => (
                      <Link to="/work/confirm/$instance" params={{ instance: one.instance }} {...props} />
                    )}
                  >
                    {say(texts.open)} <SourceText>{one.question.id}</SourceText>
                  </Anchor>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}
