import { Alert, Badge, Card, Group, Progress, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { Overview } from '../../src/governance/schema.ts';
import type { JobRun } from '../../src/jobs/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import type { MessageKey } from '../app/messages.ts';
import { Loaded } from '../ui/loaded.tsx';
import { InstanceTable } from './instance-table.tsx';

/** The first page: the pipeline with live counts, what is running, and all instances. */
export function PipelinePage() {
  const { t } = useLocale();
  const overview = useApi<Overview>('/v1/overview', 3);
  return (
    <Stack gap="lg">
      <Loaded query={overview}>
        {(data) => (
          <>
            {data.demo && <Alert color="yellow">{t('demo')}</Alert>}
            <Title order={2}>{t('pipeline')}</Title>
            <Stages overview={data} />
          </>
        )}
      </Loaded>
      <RunningJobs />
      <InstanceTable />
    </Stack>
  );
}

function Stages({ overview }: { overview: Overview }) {
  const { t } = useLocale();
  const { log, calls } = overview;
  return (
    <SimpleGrid
      component="ol"
      cols={{ base: 2, xs: 3, md: 4, lg: 6 }}
      spacing="sm"
      p={0}
      m={0}
      style={{ listStyle: 'none' }}
    >
      {overview.stages.map((stage) => (
        <Stage key={stage.name} title={t(stage.name)} count={stage.count}>
          {stage.parts.map((part) => (
            <Badge key={part.name} variant="light" color={part.tone} size="sm">
              {part.name in partNames ? t(partNames[part.name] as MessageKey) : part.name} {part.count}
            </Badge>
          ))}
        </Stage>
      ))}
      <Stage title={t('log')} count={log.size}>
        <Text size="xs" c="dimmed">
          {log.pending} {t('pending')} · <code>{log.rootHash.slice(0, 12)}…</code>
        </Text>
      </Stage>
      <Stage title={t('calls')} count={calls.made}>
        <Text size="xs" c="dimmed">
          {calls.cached} {t('cached')}
        </Text>
      </Stage>
    </SimpleGrid>
  );
}

/** Names of parts that are words of the interface; all others (datasets, model names) are shown as they are. */
const partNames: Record<string, MessageKey> = {
  knowledge: 'knowledge',
  guard: 'guard',
  ethics: 'ethics',
  accepted: 'accepted',
  rejected: 'rejected',
  'in-review': 'in-review',
  generating: 'generating',
  confirming: 'confirming',
  panel: 'with-panel',
};

function Stage({ title, count, children }: { title: string; count: number; children: React.ReactNode }) {
  return (
    <Card component="li" withBorder padding="sm">
      <Text size="sm" c="dimmed">
        {title}
      </Text>
      <Text size="xl" fw={600}>
        {count.toLocaleString()}
      </Text>
      <Group gap={4} mt={4}>
        {children}
      </Group>
    </Card>
  );
}

function RunningJobs() {
  const { t } = useLocale();
  const jobs = useApi<{ jobs: JobRun[] }>('/v1/jobs', 2);
  const running = jobs.data?.jobs.filter((job) => job.state === 'running' || job.state === 'queued') ?? [];
  return (
    <section aria-live="polite">
      <Title order={2} size="h4" mb="xs">
        {t('jobs')}
      </Title>
      {running.length === 0 && <Text c="dimmed">{t('noJobs')}</Text>}
      {running.map((job) => (
        <Stack key={job.id} gap={4}>
          <Text size="sm">
            {job.kind}: {job.done}
            {job.total === undefined ? '' : ` / ${job.total}`} {job.unit} {job.message}
          </Text>
          <Progress value={job.total ? (100 * job.done) / job.total : 0} aria-label={job.kind} />
        </Stack>
      ))}
    </section>
  );
}
