import './review.css';
import { Button, Loader, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ClaimReply } from '../../src/assignment/schema.ts';
import type { OwnSubmissions } from '../../src/review/drafts/schema.ts';
import { ApiError, useApi } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { useMe } from '../app/who.ts';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { SourceText } from '../ui/source-text.tsx';
import { ConfirmationList, useConfirmations } from './confirmation-list.tsx';
import { draftsOf, type LocalDraft, opsOf } from './local-store.ts';
import { type Session, sessionFor, useSessionVersion } from './session.ts';
import { SubmissionList } from './submission-list.tsx';
import { texts } from './texts.ts';
import { useQueue } from './use-queue.ts';

/** What waits for the reviewer: the next item, those in hand, edits to confirm, and what was handed in last. */
export function WorkPage() {
  const { say } = useLocale();
  const me = useMe();
  usePageTitle(say(texts.work));
  return <Loaded query={me}>{({ id }) => <Work account={id} />}</Loaded>;
}

function Work({ account }: { account: string }) {
  const { say, t } = useLocale();
  const [session, setSession] = useState<Session>();
  useEffect(() => {
    void sessionFor(account).then(setSession);
  }, [account]);
  const submissions = useApi<OwnSubmissions>('/v1/reviews/submissions', 10);
  const confirmations = useConfirmations();
  const held = useHeld(account);
  // All lists at once: one that came later would push the buttons of the others away under a finger or a pointer.
  const there = !submissions.isPending && !confirmations.isPending && !held.isPending;
  return (
    <Stack gap="lg" className="work-page">
      <Title order={2} size="h3">
        {say(texts.work)}
      </Title>
      <NextItem session={session} />
      {there ? (
        <>
          <InHand held={held.data ?? []} />
          <ConfirmationList query={confirmations} />
          <Loaded query={submissions}>{(data) => <SubmissionList own={data} session={session} />}</Loaded>
        </>
      ) : (
        <Loader size="xs" aria-label={t('loading')} />
      )}
    </Stack>
  );
}

function NextItem({ session }: { session: Session | undefined }) {
  const { say } = useLocale();
  const queue = useQueue();
  const [none, setNone] = useState<ClaimReply['none']>();
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const next = async (): Promise<void> => {
    setBusy(true);
    setProblem('');
    try {
      const reply = await queue.claim();
      const first = reply.assignments[0];
      if (first !== undefined) return await queue.openNext(session);
      setNone(reply.none ?? 'nothing-waits');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section aria-label={say(texts.nextItem)}>
      <Button size="md" autoFocus loading={busy} onClick={() => void next()}>
        {say(texts.nextItem)}
      </Button>
      <div role="status">
        {none !== undefined && <p>{say(none === 'daily-cap' ? texts.dailyCap : texts.nothingWaits)}</p>}
      </div>
      {problem !== '' && (
        <p role="alert" className="review-error">
          <SourceText lang="en">{problem}</SourceText>
        </p>
      )}
    </section>
  );
}

type Held = { draft: LocalDraft; waiting: number };

/** What this browser holds of the account's reviews; read again when anything of the session changes. */
function useHeld(account: string) {
  const version = useSessionVersion();
  return useQuery<Held[]>({
    queryKey: ['review-held', account, version],
    queryFn: async () => {
      const { store } = await sessionFor(account);
      const drafts = await draftsOf(store, account);
      return Promise.all(
        drafts.map(async (draft) => ({ draft, waiting: (await opsOf(store, draft.assignment)).length })),
      );
    },
    networkMode: 'always',
    placeholderData: keepPreviousData,
  });
}

function InHand({ held }: { held: Held[] }) {
  const { say, dateTime } = useLocale();
  const queue = useQueue();
  const open = held.filter(({ draft }) => draft.handedIn === undefined);
  const queued = held.filter(({ draft, waiting }) => draft.handedIn !== undefined && waiting > 0).length;
  return (
    <section aria-labelledby="in-hand">
      <Title order={3} size="h4" id="in-hand">
        {say(texts.inHand)}
      </Title>
      {queued > 0 && (
        <p role="status" className="notice">
          {say(texts.queuedNote, { count: queued })}
        </p>
      )}
      {open.length === 0 && <Text c="dimmed">{say(texts.noneInHand)}</Text>}
      <ul className="work-list">
        {open.map(({ draft, waiting }) => (
          <li key={draft.assignment}>
            <Button size="compact-sm" variant="default" onClick={() => void queue.showFresh(draft.assignment)}>
              {say(texts.continueItem)}
            </Button>{' '}
            <span translate="no">{draft.assignment.slice(0, 8)}</span>
            {draft.savedAt !== undefined && <> · {say(texts.changedAt, { time: dateTime(draft.savedAt) })}</>}
            {waiting > 0 && <> · ⚠ {say(texts.notSentYet)}</>}
            {draft.trouble?.kind === 'conflict' && <> · ⚠ {say(texts.conflictState)}</>}
            {draft.trouble?.kind === 'refused' && <> · ⚠ {say(texts.refusedState)}</>}
          </li>
        ))}
      </ul>
    </section>
  );
}
