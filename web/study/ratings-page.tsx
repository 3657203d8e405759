import { Anchor, Stack, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { RaterStudies } from '../../src/study/rating-schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { Tag } from '../ui/tag.tsx';
import { raterStates, texts } from './rating-texts.ts';
import './study.css';

/** The studies in which somebody rates, under the titles that raters may see. */
export function RatingsPage() {
  const { say } = useLocale();
  const query = useApi<RaterStudies>('/v1/studies/rating', 30);
  usePageTitle(say(texts.title));
  return (
    <Stack gap="sm">
      <div>
        <Title order={2} size="h4">
          {say(texts.title)}
        </Title>
        <Text size="sm">{say(texts.note)}</Text>
      </div>
      <Loaded query={query}>
        {({ studies }) => (studies.length === 0 ? <Text>{say(texts.none)}</Text> : <Rows studies={studies} />)}
      </Loaded>
    </Stack>
  );
}

function Rows({ studies }: RaterStudies) {
  const { say } = useLocale();
  const heads = (['study', 'state', 'progress'] as const).map((key) => say(texts[key]));
  return (
    <TableFrame label={texts.title} heads={heads}>
      {studies.map((study) => (
        <Table.Tr key={study.id}>
          <Table.Th scope="row" fw={500}>
            <Anchor
              size="sm"
              underline="always"
              renderRoot={(props) => <Link to="/rating/$study" params={{ study: study.id }} {...props} />}
            >
              <SourceText>{study.title}</SourceText>
            </Anchor>
          </Table.Th>
          <Table.Td>
            <Tag tone={study.state === 'rate' ? 'busy' : undefined}>{say(raterStates[study.state])}</Tag>
          </Table.Td>
          <Table.Td>
            <Progress done={study.done} total={study.total} />
          </Table.Td>
        </Table.Tr>
      ))}
    </TableFrame>
  );
}

/** How much of something is rated, as a bar and in numbers. */
export function Progress({ done, total }: { done: number; total: number }) {
  const { say } = useLocale();
  return (
    <span className="rating-progress">
      <progress max={Math.max(1, total)} value={done} aria-label={say(texts.progress)} />
      <span>{say(texts.progressOf, { done, total })}</span>
    </span>
  );
}
