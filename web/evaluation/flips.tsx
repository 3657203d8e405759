import { Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ComparisonReport, Flip } from '../../src/evaluation/comparisons/schema.ts';
import { type ApiError, getJson, retry } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Section } from '../models/section.tsx';
import { More } from '../ui/paged-list.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { Tag } from '../ui/tag.tsx';
import { stateTones } from './item.tsx';
import { answerStates, texts } from './texts.ts';

const columns = ['question', 'set', 'change', 'expected', 'firstSaid', 'secondSaid'] as const;

/** Every question that exactly one side got right, page by page from the one that the report holds. */
export function Flips({ report, path }: { report: ComparisonReport; path: string }) {
  const { say } = useLocale();
  const query = useInfiniteQuery<ComparisonReport, ApiError>({
    queryKey: [path, 'flips'],
    queryFn: ({ pageParam }) => getJson(`${path}&after=${encodeURIComponent(String(pageParam))}`),
    initialData: { pages: [report], pageParams: [''] },
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    retry,
    staleTime: Number.POSITIVE_INFINITY, // the first page is the report's own
  });
  const flips = query.data.pages.flatMap((page) => page.flips);
  return (
    <Section id="flips" title={texts.flips}>
      {query.error !== null && <p role="alert">{query.error.message}</p>}
      {flips.length === 0 ? (
        <Text size="sm">{say(texts.noFlips)}</Text>
      ) : (
        <TableFrame label={texts.flips} heads={columns.map((key) => say(texts[key]))}>
          {flips.map((flip) => (
            <Table.Tr key={flip.question}>
              <Table.Th scope="row" fw={500}>
                <SourceText>{flip.question}</SourceText>
              </Table.Th>
              <Table.Td>
                <SourceText>{flip.set}</SourceText>
              </Table.Td>
              <Table.Td>
                <Tag tone={flip.direction === 'gained' ? 'good' : 'bad'}>{say(texts[flip.direction])}</Tag>
              </Table.Td>
              <Table.Td>
                <SourceText>{flip.expected}</SourceText>
              </Table.Td>
              <Said of={flip.a} />
              <Said of={flip.b} />
            </Table.Tr>
          ))}
        </TableFrame>
      )}
      <More query={query} />
    </Section>
  );
}

function Said({ of: { state, answer } }: { of: Flip['a'] }) {
  const { say } = useLocale();
  return (
    <Table.Td>
      <Tag tone={stateTones[state]}>{say(answerStates[state])}</Tag>{' '}
      {answer !== undefined && <SourceText>{answer}</SourceText>}
    </Table.Td>
  );
}
