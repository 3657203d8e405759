import { Anchor, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Release } from '../../src/release/schema.ts';
import { ApproveRelease } from '../account/approve-release.tsx';
import { useLocale } from '../app/locale.tsx';
import { releaseStates } from '../app/words.ts';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { Tag } from '../ui/tag.tsx';
import { ReleaseContents } from './release-contents.tsx';
import { ReleaseFacts } from './release-facts.tsx';
import { ReleaseFiles } from './release-files.tsx';
import { releaseTones } from './releases-page.tsx';
import { WhereCheckable } from './secure.tsx';
import { EventTimeline } from './timeline.tsx';
import { type FoundRelease, useCheckedRelease } from './use-checked.ts';
import { useReleaseFiles } from './use-release-files.ts';
import { Verdict } from './verdict.tsx';

/** A release: what is in it, who prepared and approved it, and its signed events and files, checked by this browser. */
export function ReleasePage({ name }: { name: string }) {
  const { t } = useLocale();
  usePageTitle(name);
  return (
    <Stack gap="sm">
      <Anchor size="sm" renderRoot={(props) => <Link to="/releases" {...props} />}>
        ← {t('allReleases')}
      </Anchor>
      <WhereCheckable>
        <Checked name={name} />
      </WhereCheckable>
    </Stack>
  );
}

function Checked({ name }: { name: string }) {
  const query = useCheckedRelease(name);
  return (
    <Loaded query={query} missing="noSuchRelease" loading="checking">
      {(found) => <Details found={found} again={() => void query.refetch()} busy={query.isFetching} />}
    </Loaded>
  );
}

function Details({ found, again, busy }: { found: FoundRelease; again: () => void; busy: boolean }) {
  const { t, say } = useLocale();
  const { release, log, checked } = found;
  const frozen = release.state === 'frozen';
  const files = useReleaseFiles(release.name, frozen ? checked.seal : undefined, log);
  const faults = [...checked.faults, ...files.faults];
  const allAgain = (): void => {
    again();
    files.again();
  };
  return (
    <>
      <Title order={2} size="h4">
        {t('release')} <span translate="no">{release.name}</span>{' '}
        <Tag tone={releaseTones[release.state]}>{say(releaseStates[release.state])}</Tag>
      </Title>
      {release.state === 'draft' ? (
        <>
          <Text size="sm">{t('notSealed')}</Text>
          <ApproveRelease release={release} onApproved={again} />
        </>
      ) : (
        <Verdict checked={{ log, events: checked.events, faults }} again={allAgain} busy={busy} />
      )}
      <ReleaseFacts release={release} />
      <EventTimeline events={checked.events}>
        {(event, data) => <ReleaseContents type={event.leaf?.type} data={data} />}
      </EventTimeline>
      {frozen && log.fault === undefined && checked.faults.length === 0 && <Frozen release={release} />}
      {frozen && checked.seal !== undefined && <ReleaseFiles files={files} />}
      {release.state === 'sealed' && <Text size="sm">{t('notFrozen')}</Text>}
      {release.path !== undefined && <Offline path={release.path} />}
    </>
  );
}

function Frozen({ release: { anchor } }: { release: Release }) {
  const { t } = useLocale();
  return anchor === undefined ? null : <Text size="sm">✓ {t('frozenWith', { size: anchor.size })}</Text>;
}

function Offline({ path }: { path: string }) {
  const { t } = useLocale();
  return (
    <section aria-labelledby="offline">
      <Title order={3} size="h5" id="offline">
        {t('offline')}
      </Title>
      <Text size="sm">{t('offlineNote')}</Text>
      <pre className="command" translate="no">
        safemed verify {path}
      </pre>
      <Text size="sm" c="dimmed">
        {t('offlineWhere')}
      </Text>
    </section>
  );
}
