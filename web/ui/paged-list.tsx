import { Button, Text as Paragraph } from '@mantine/core';
import { keepPreviousData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { type ApiError, getJson, retry } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import type { Text } from '../app/messages.ts';
import { paging } from './texts.ts';

/** Everything that a route with `from` and `next` has, a page at a time; `path` has a question mark already. */
export function PagedList<Item>({
  path,
  none,
  children,
}: {
  path: string;
  /** What to say where there is nothing. */
  none: Text;
  children: (item: Item) => ReactNode;
}) {
  const { say } = useLocale();
  const query = useInfiniteQuery<{ items: Item[]; next?: number | undefined }, ApiError>({
    queryKey: [path],
    queryFn: ({ pageParam }) => getJson(`${path}&from=${pageParam}`),
    initialPageParam: 0,
    getNextPageParam: (last) => last.next,
    retry,
    placeholderData: keepPreviousData, // the fields keep the focus while another choice is fetched
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {query.error !== null && <p role="alert">{query.error.message}</p>}
      <div aria-live="polite">
        {query.data !== undefined && items.length === 0 && <Paragraph size="sm">{say(none)}</Paragraph>}
      </div>
      {items.map(children)}
      <More query={query} />
    </>
  );
}

/** Fetches the next page of something that has more. */
export function More({
  query,
}: {
  query: Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetching' | 'fetchNextPage'>;
}) {
  const { say } = useLocale();
  if (!query.hasNextPage) return null;
  return (
    <Button variant="default" size="compact-sm" disabled={query.isFetching} onClick={() => void query.fetchNextPage()}>
      {say(paging.more)}
    </Button>
  );
}
