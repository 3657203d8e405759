import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLocale } from '../app/locale.tsx';
import { eventStates } from '../app/words.ts';
import { SourceText } from '../ui/source-text.tsx';
import { Tag, type Tone } from '../ui/tag.tsx';
import type { CheckedEvent, EventState } from '../verify/chain.ts';
import { type Data, numberAt, textAt } from '../verify/fields.ts';
import { EventName } from './event-name.tsx';
import { FaultText } from './fault-text.tsx';

const tones: Partial<Record<EventState, Tone>> = { verified: 'good', failed: 'bad', unsigned: 'warn', pending: 'warn' };
const marks: Record<EventState, string> = {
  verified: '✓',
  failed: '✗',
  unsigned: '○',
  pending: '…',
  hidden: '–',
  erased: '–',
};

/** The events of a chain, oldest first: what, when, by whom, where in the log, and what the check of it found. */
export function EventTimeline({
  events,
  children,
}: {
  events: readonly CheckedEvent[];
  /** What an event says, for events whose contents fit. */
  children: (event: CheckedEvent, data: Data) => ReactNode;
}) {
  return (
    <ol className="chain">
      {events.map((event) => (
        <li key={event.seq} id={`event-${event.seq}`} data-state={event.state}>
          <Heading event={event} />
          <Findings event={event} />
          {event.said !== undefined && children(event, event.said.data)}
        </li>
      ))}
    </ol>
  );
}

function Heading({ event: { leaf, said, state, index } }: { event: CheckedEvent }) {
  const { t, say, dateTime } = useLocale();
  const round = said === undefined ? undefined : numberAt(said.data, 'round');
  return (
    <>
      <h3>
        <EventName type={leaf?.type} />
        {round !== undefined && ` · ${t('roundNumber', { round })}`}{' '}
        <Tag tone={tones[state]}>
          <span aria-hidden="true">{marks[state]} </span>
          {say(eventStates[state])}
        </Tag>
      </h3>
      <Text size="sm" c="dimmed" component="div">
        {said !== undefined && (
          <>
            <strong>
              <SourceText>{whoDid(said.actor, said.data)}</SourceText>
            </strong>
            {' · '}
          </>
        )}
        {leaf !== undefined && (
          <>
            <time dateTime={leaf.time}>{dateTime(leaf.time)}</time>
            {' · '}
          </>
        )}
        <span className="place">{index === undefined ? t('notYet') : t('leaf', { number: index })}</span>
      </Text>
    </>
  );
}

/** Who did what an event tells: the person it names, else the account that recorded it. */
export function whoDid(actor: string, data: Data): string {
  return textAt(data, 'reviewer') ?? textAt(data, 'member') ?? textAt(data, 'chair') ?? actor;
}

function Findings({ event }: { event: CheckedEvent }) {
  const { t } = useLocale();
  if (event.state === 'hidden') return <Text size="sm">{t('contentsHidden')}</Text>;
  if (event.state === 'erased') return <Text size="sm">{t('contentsErased')}</Text>;
  if (event.state !== 'failed') return null;
  return (
    <Text size="sm" c="var(--mantine-color-error)" component="div">
      {event.faults.map((fault) => (
        <div key={fault.code}>
          <FaultText fault={fault} />
        </div>
      ))}
      {event.said === undefined && t('contentsFailed')}
    </Text>
  );
}
