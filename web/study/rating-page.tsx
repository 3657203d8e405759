import { Anchor, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { RatingPage as Page, RatingReceipt } from '../../src/study/rating-schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { SourceText } from '../ui/source-text.tsx';
import { Guesses } from './guesses.tsx';
import { RatingForm } from './rating-form.tsx';
import { texts } from './rating-texts.ts';
import { Progress } from './ratings-page.tsx';
import './study.css';

/** One study as its rater sees it: one answer at a time, and nothing that tells whose it is. */
export function RatingPage({ id }: { id: string }) {
  const { say } = useLocale();
  const path = `/v1/studies/${id}/rating`;
  const query = useApi<Page>(path);
  usePageTitle(say(texts.title));
  return (
    <Stack gap="sm">
      <Anchor size="sm" renderRoot={(props) => <Link to="/rating" {...props} />}>
        ← {say(texts.all)}
      </Anchor>
      <Loaded query={query} missing="noSuchStudy">
        {(page) => <Rating page={page} path={path} />}
      </Loaded>
    </Stack>
  );
}

function Rating({ page, path }: { page: Page; path: string }) {
  const { say } = useLocale();
  const client = useQueryClient();
  const [receipt, setReceipt] = useState<RatingReceipt>();
  const again = (): Promise<void> => client.invalidateQueries({ queryKey: [path] });
  const { id, title, state, done, total, instructions, item } = page;
  return (
    <>
      <div>
        <Title order={2} size="h4">
          <SourceText>{title}</SourceText>
        </Title>
        <Progress done={done} total={total} />
        <div aria-live="polite" className="visually-hidden">
          {receipt !== undefined && say(texts.saved, { done: receipt.done, total: receipt.total })}
        </div>
      </div>
      {instructions !== undefined && (
        <details open={done === 0}>
          <summary>{say(texts.instructions)}</summary>
          <Text size="sm">
            <SourceText>{instructions}</SourceText>
          </Text>
        </details>
      )}
      {item !== undefined && (
        <RatingForm
          key={item.id}
          page={page}
          item={item}
          onSaved={async (saved) => {
            setReceipt(saved);
            await again();
          }}
        />
      )}
      {state === 'guess' && <Guesses page={page} onSaved={again} />}
      {state === 'done' && <Text role="status">{say(texts.done)}</Text>}
      {state === 'closed' && (
        <Text>
          {say(texts.closed)}{' '}
          <Anchor
            size="sm"
            underline="always"
            renderRoot={(props) => <Link to="/studies/$study" params={{ study: id }} {...props} />}
          >
            {say(texts.results)}
          </Anchor>
        </Text>
      )}
    </>
  );
}
