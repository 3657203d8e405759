import { Anchor, Text, Title } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ConfirmationTask } from '../../src/review/drafts/schema.ts';
import { type ApiError, useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { texts } from './texts.ts';

/** Where the confirmations that wait are read. */
export const confirmationsPath = '/v1/reviews/confirmations';

type Confirmations = { items: ConfirmationTask[] };

export function useConfirmations() {
  return useApi<Confirmations>(confirmationsPath, 30);
}

/** Colleagues' edits that wait for the reviewer's scores. */
export function ConfirmationList({ query }: { query: UseQueryResult<Confirmations, ApiError> }) {
  const { say } = useLocale();
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
