import { Stack, Text, Title } from '@mantine/core';
import type { Overview } from '../../src/governance/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { Flow } from './flow.tsx';
import { InstanceTable } from './instance-table.tsx';
import { Jobs } from './jobs.tsx';
import type { Listing } from './listing.ts';

/** The first page: the pipeline with live counts, what is running, and all instances. */
export function PipelinePage({ listing }: { listing: Listing }) {
  const { t } = useLocale();
  const overview = useApi<Overview>('/v1/overview', 3);
  usePageTitle(t('pipeline'));
  return (
    <Loaded query={overview}>
      {(data) => (
        <Stack gap="lg">
          {data.demo && <div className="notice">{t('demo')}</div>}
          <section aria-labelledby="pipeline">
            <Title order={2} size="h4" id="pipeline">
              {t('pipeline')}
            </Title>
            <Flow overview={data} />
            <LogAndCalls overview={data} />
          </section>
          <Jobs />
          <InstanceTable listing={listing} />
        </Stack>
      )}
    </Loaded>
  );
}

function LogAndCalls({ overview: { log, calls } }: { overview: Overview }) {
  const { t } = useLocale();
  return (
    <Text size="sm" mt="md">
      <strong>{t('log')}</strong>
      {t('colon')}
      {t('logSize', { size: log.size, pending: log.pending })}
      {t('separator')}
      {t('rootHash')} <code translate="no">{log.rootHash.slice(0, 16)}…</code>
      <br />
      <strong>{t('calls')}</strong>
      {t('colon')}
      {t('callCounts', { ...calls })}
    </Text>
  );
}
