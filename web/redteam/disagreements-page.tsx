import { Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { Queue } from '../../src/redteam/disagreements/schema.ts';
import { useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { useNames } from '../app/names.ts';
import { holds, useMe } from '../app/who.ts';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { Quoted } from '../ui/quoted.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { DisagreementForm } from './disagreement-form.tsx';
import { disagreementTexts as texts } from './disagreement-texts.ts';
import { texts as common } from './texts.ts';
import './redteam.css';

/** The clinicians' queue: one reply after another that judges could not settle, without what they said. */
export function DisagreementsPage() {
  const { say } = useLocale();
  usePageTitle(say(texts.title));
  const query = useApi<Queue>('/v1/redteam/disagreements?limit=1', 60);
  return (
    <Stack gap="md">
      <Title order={2} size="h4">
        {say(texts.title)}
      </Title>
      <Text size="sm">{say(texts.note)}</Text>
      <Loaded query={query}>
        {(queue) => <Next queue={queue} again={async () => void (await query.refetch())} />}
      </Loaded>
    </Stack>
  );
}

function Next({ queue, again }: { queue: Queue; again: () => Promise<void> }) {
  const { say } = useLocale();
  const { data: me } = useMe();
  const [saved, setSaved] = useState(0);
  const [item] = queue.items;
  return (
    <>
      <Text size="sm" c="dimmed">
        {say(texts.waiting, { count: queue.waiting })}
      </Text>
      <div role="status">{saved > 0 && <p key={saved}>{say(texts.saved)}</p>}</div>
      {item === undefined ? (
        <Text>{say(texts.none)}</Text>
      ) : (
        <article className="example" key={`${item.campaign} ${item.target} ${item.probe} ${item.variant}`}>
          <Asked item={item} scales={queue.scales} />
          <Quoted title={common.request} text={item.prompt} lang={item.language} />
          <Quoted title={common.reply} text={item.reply} lang={item.language} />
          {holds(me, 'red-teamer', 'auditor', 'engineer') ? (
            <Text>{say(texts.notBlind)}</Text>
          ) : (
            <DisagreementForm
              item={item}
              scales={queue.scales}
              onDone={async () => {
                await again();
                setSaved(saved + 1);
              }}
            />
          )}
        </article>
      )}
    </>
  );
}

/** What it is about and what is to be judged, in the words that the judges are given. */
function Asked({ item, scales }: { item: Queue['items'][number]; scales: Queue['scales'] }) {
  const { say } = useLocale();
  const names = useNames();
  const task = item.variant === 'probe' ? scales.attack : scales.twin;
  return (
    <>
      <Title order={3} size="h6">
        <SourceText>{item.dimension}</SourceText> {names.dimension(item.dimension)} ·{' '}
        {say(item.variant === 'probe' ? common.variantProbe : common.variantTwin)} ·{' '}
        {say(texts.given, { count: item.labels })}
      </Title>
      <p>{say(task, { dimension: names.dimension(item.dimension) })}</p>
    </>
  );
}
