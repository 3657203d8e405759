import { Text, Timeline, Title } from '@mantine/core';
import type { LoggedEvent } from '../../src/ledger/schema.ts';
import { useLocale } from '../app/locale.tsx';

/** The instance's chain in the event log, oldest first. */
export function History({ events }: { events: LoggedEvent[] }) {
  const { t, locale } = useLocale();
  return (
    <section>
      <Title order={2} size="h4">
        {t('history')}
      </Title>
      <Text size="xs" c="dimmed" mb="sm">
        {t('historyNote')}
      </Text>
      <Timeline active={events.length} bulletSize={16} lineWidth={2}>
        {events.map((event) => (
          <Timeline.Item key={event.seq} title={event.type}>
            <Text size="sm">
              {t('by')} {String(event.data.reviewer ?? event.data.member ?? event.data.chair ?? event.actor)}
            </Text>
            <Text size="xs" c="dimmed">
              {new Date(event.time).toLocaleString(locale === 'zh' ? 'zh-CN' : 'en-GB')} ·{' '}
              {event.leafIndex === undefined ? t('notYet') : `${t('leaf')} ${event.leafIndex}`}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </section>
  );
}
