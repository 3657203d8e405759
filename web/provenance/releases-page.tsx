import { Anchor, Stack, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Release, ReleaseState } from '../../src/release/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { releaseStates } from '../app/words.ts';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { Tag, type Tone } from '../ui/tag.tsx';

export const releaseTones: Partial<Record<ReleaseState, Tone>> = { sealed: 'warn', frozen: 'good' };

/** All releases, oldest first. */
export function ReleasesPage() {
  const { t } = useLocale();
  const query = useApi<{ releases: Release[] }>('/v1/releases', 30);
  usePageTitle(t('releases'));
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        {t('releases')}
      </Title>
      <Loaded query={query}>
        {({ releases }) => (releases.length === 0 ? <Text>{t('noReleases')}</Text> : <Rows releases={releases} />)}
      </Loaded>
    </Stack>
  );
}

function Rows({ releases }: { releases: Release[] }) {
  const { t, say, number, dateTime } = useLocale();
  return (
    <Table verticalSpacing={6} horizontalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          {(['release', 'state', 'rows', 'created'] as const).map((key) => (
            <Table.Th key={key}>{t(key)}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {releases.map((release) => (
          <Table.Tr key={release.name}>
            <Table.Td>
              <Anchor
                size="sm"
                translate="no"
                renderRoot={(props) => <Link to="/releases/$name" params={{ name: release.name }} {...props} />}
              >
                {release.name}
              </Anchor>
            </Table.Td>
            <Table.Td>
              <Tag tone={releaseTones[release.state]}>{say(releaseStates[release.state])}</Tag>
            </Table.Td>
            <Table.Td>{number(release.summary.counts.rows)}</Table.Td>
            <Table.Td>{dateTime(release.createdAt)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
