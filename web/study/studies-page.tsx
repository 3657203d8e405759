import { Anchor, Stack, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { StudySummary } from '../../src/study/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { SourceText } from '../ui/source-text.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { Tag, type Tone } from '../ui/tag.tsx';
import { Progress } from './ratings-page.tsx';
import './study.css';
import { studyStates, texts } from './texts.ts';

const tones: Partial<Record<StudySummary['state'], Tone>> = { open: 'busy', closed: 'good' };

/** All studies, newest first, with how far each is. */
export function StudiesPage() {
  const { say } = useLocale();
  const query = useApi<{ studies: StudySummary[] }>('/v1/studies?limit=200', 30);
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
        {({ studies }) =>
          studies.length === 0 ? (
            <Text>
              {say(texts.none)} <code translate="no">safemed study create</code>
            </Text>
          ) : (
            <Rows studies={studies} />
          )
        }
      </Loaded>
    </Stack>
  );
}

function Rows({ studies }: { studies: StudySummary[] }) {
  const { say, dateTime } = useLocale();
  const heads = (['study', 'state', 'responses', 'ratings', 'created'] as const).map((key) => say(texts[key]));
  return (
    <TableFrame label={texts.title} heads={heads}>
      {studies.map((study) => (
        <Table.Tr key={study.id}>
          <Table.Th scope="row" fw={500}>
            <Anchor
              size="sm"
              underline="always"
              renderRoot={(props) => <Link to="/studies/$study" params={{ study: study.id }} {...props} />}
            >
              <SourceText>{study.title}</SourceText>
            </Anchor>{' '}
            {study.illustrative && <Tag tone="warn">{say(texts.illustrative)}</Tag>}
          </Table.Th>
          <Table.Td>
            <StateTag state={study.state} />
          </Table.Td>
          <Table.Td>
            {say(texts.of, {
              done: study.progress.responses.reduce((sum, arm) => sum + arm.received, 0),
              total: study.progress.responses.reduce((sum, arm) => sum + arm.planned, 0),
            })}
          </Table.Td>
          <Table.Td>
            <Progress done={study.progress.ratings.received} total={study.progress.ratings.planned} />
          </Table.Td>
          <Table.Td>{dateTime(study.createdAt)}</Table.Td>
        </Table.Tr>
      ))}
    </TableFrame>
  );
}

export function StateTag({ state }: { state: StudySummary['state'] }) {
  const { say } = useLocale();
  return <Tag tone={tones[state]}>{say(studyStates[state])}</Tag>;
}
