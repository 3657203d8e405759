import { Anchor, Stack, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { SourceText } from '../ui/source-text.tsx';
import { textAt } from '../verify/fields.ts';
import { ContainingReleases } from './containing-releases.tsx';
import { backgroundOf, Contents } from './contents.tsx';
import { WhereCheckable } from './secure.tsx';
import { EventTimeline } from './timeline.tsx';
import { type CheckedInstance, useCheckedInstance } from './use-checked.ts';
import { Verdict } from './verdict.tsx';

/** Where an instance comes from: its signed events as a timeline, each checked by the browser that shows it. */
export function InstanceProvenancePage({ id }: { id: string }) {
  const { t } = useLocale();
  usePageTitle(t('provenance'));
  return (
    <Stack gap="sm">
      <Anchor size="sm" renderRoot={(props) => <Link to="/instances/$id" params={{ id }} {...props} />}>
        ← {t('backToInstance')}
      </Anchor>
      <WhereCheckable>
        <Checked id={id.toLowerCase()} />
      </WhereCheckable>
    </Stack>
  );
}

function Checked({ id }: { id: string }) {
  const query = useCheckedInstance(id);
  return (
    <Loaded query={query} loading="checking">
      {(checked) => (
        <>
          <Heading checked={checked} />
          <Verdict checked={checked} again={() => void query.refetch()} busy={query.isFetching} />
          <Events checked={checked} />
          <ContainingReleases subject={id} log={checked.log} />
        </>
      )}
    </Loaded>
  );
}

function Heading({ checked }: { checked: CheckedInstance }) {
  const { t } = useLocale();
  const imported = checked.events.find((event) => event.leaf?.type === 'case.imported')?.said;
  return (
    <Title order={2} size="h4">
      {t('provenance')}{' '}
      <SourceText>{imported === undefined ? '' : (textAt(imported.data, 'question') ?? '')}</SourceText>
    </Title>
  );
}

function Events({ checked: { events, question } }: { checked: CheckedInstance }) {
  const background = backgroundOf(events, question);
  return (
    <EventTimeline events={events}>
      {(event, data) => <Contents event={event} data={data} background={background} />}
    </EventTimeline>
  );
}
