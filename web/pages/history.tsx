import { Text, Timeline, Title } from '@mantine/core';
import type { LoggedEvent } from '../../src/ledger/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { EventName } from '../provenance/event-name.tsx';

/** The instance's chain in the event log, oldest first. */
export function History({ events }: { events: LoggedEvent[] }) {
  const { t, dateTime } = useLocale();
  return (
    <section aria-labelledby="history">
      <Title order={3} size="h5" id="history">
        {t('history')}
      </Title>
      <Text size="xs" c="dimmed" mb="sm">
        {t('historyNote')}
      </Text>
      <Timeline active={events.length} bulletSize={12} lineWidth={2} color="teal">
        {events.map((event) => (
          <Timeline.Item key={event.seq} mt="sm">
            <Text size="sm" fw={500} lh={1.3}>
              <EventName type={event.type} />
              {typeof event.data.round === 'number' && ` · ${t('roundNumber', { round: event.data.round })}`}
            </Text>
            <Text size="xs" c="dimmed">
              <span translate="no">
                {String(event.data.reviewer ?? event.data.member ?? event.data.chair ?? event.actor)}
              </span>{' '}
              · {dateTime(event.time)} ·{' '}
              {event.leafIndex === undefined ? t('notYet') : t('leaf', { number: String(event.leafIndex) })}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </section>
  );
}
