import './review.css';
import { Anchor, Button, Group } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { WorkItem } from '../../src/review/drafts/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { SourceText } from '../ui/source-text.tsx';
import { ConflictScreen } from './conflict-screen.tsx';
import { duration } from './duration.ts';
import { forget, type LocalDraft, unstick } from './local-store.ts';
import { RefusedNotice } from './notices.tsx';
import { serverNow } from './requests.ts';
import { ReviewItem } from './review-item.ts';
import { Screen } from './screen.tsx';
import { onSession, type Session, sessionFor } from './session.ts';
import { texts } from './texts.ts';
import { useClock } from './use-clock.ts';
import { useQueue, workItemQuery } from './use-queue.ts';

/** One item of the reviewer's work: to be reviewed, in conflict, refused, or handed in. */
export function ItemPage({ assignment }: { assignment: string }) {
  const { say } = useLocale();
  const item = useQuery(workItemQuery(assignment));
  usePageTitle(item.data === undefined ? say(texts.work) : `${say(texts.question)} ${item.data.question.id}`);
  return <Loaded query={item}>{(data) => <Opened key={assignment} item={data} />}</Loaded>;
}

type Open = { review: ReviewItem; session: Session };

function Opened({ item }: { item: WorkItem }) {
  const [open, setOpen] = useState<Open>();
  useEffect(() => {
    let wanted = true;
    const opening = openItem(item);
    void opening.then((made) => wanted && setOpen(made));
    return () => {
      wanted = false;
      setOpen(undefined);
      void opening.then(({ review, stop }) => {
        stop();
        return review.close();
      });
    };
  }, [item]);
  return open === undefined ? null : <Item item={item} open={open} />;
}

async function openItem(item: WorkItem): Promise<Open & { stop: () => void }> {
  const session = await sessionFor(item.assignment.reviewer);
  const review = await ReviewItem.open({
    store: session.store,
    item,
    sent: () => session.sync.flushSoon(),
    now: () => Date.now(),
  });
  const stop = onSession((changed) => {
    if (changed === undefined || changed === item.assignment.id) void review.refresh();
  });
  return { review, session, stop };
}

function Item({ item, open: { review, session } }: { item: WorkItem; open: Open }) {
  const state = useSyncExternalStore(review.subscribe, review.state);
  const queue = useQueue();
  const client = useQueryClient();
  const { id } = item.assignment;
  const { draft } = state;
  if (draft.handedIn !== undefined) return <HandedIn draft={draft} session={session} />;
  if (draft.trouble?.kind === 'conflict')
    return <ConflictScreen item={item} review={review} work={state.history.now} />;
  if (item.assignment.state === 'released' || item.assignment.state === 'done')
    return <Closed item={item} session={session} waiting={state.waiting} />;
  const goOn = async (): Promise<void> => {
    await unstick(session.store, id);
    await review.refresh();
  };
  const leave = async (): Promise<void> => {
    await forget(session.store, id);
    client.removeQueries(workItemQuery(id));
    await queue.openNext(session, id);
  };
  return (
    <>
      {draft.trouble?.kind === 'refused' && (
        <RefusedNotice message={draft.trouble.message} onGoOn={() => void goOn()} />
      )}
      <Screen item={item} review={review} state={state} session={session} onGivenBack={() => void leave()} />
    </>
  );
}

/** An item that is settled. What the server has of it need not be kept here any longer. */
function Closed({ item, session, waiting }: { item: WorkItem; session: Session; waiting: number }) {
  const { say } = useLocale();
  const { id, state } = item.assignment;
  const sent = waiting === 0;
  useEffect(() => {
    if (sent) void forget(session.store, id);
  }, [sent, session, id]);
  const refusal = item.submission?.state === 'refused' ? item.submission.refusal : undefined;
  return (
    <section>
      <p role="alert" className="notice">
        {say(state === 'done' ? texts.signedItem : texts.closedItem)}{' '}
        {refusal !== undefined && <SourceText lang="en">{refusal}</SourceText>}
      </p>
      <Anchor renderRoot={(props) => <Link to="/work" {...props} />}>{say(texts.toWork)}</Anchor>
    </section>
  );
}

function HandedIn({ draft, session }: { draft: LocalDraft; session: Session }) {
  const { say, dateTime } = useLocale();
  const queue = useQueue();
  useClock(1000);
  const { handedIn } = draft;
  if (handedIn === undefined) return null;
  const left = handedIn.dueAt === undefined ? undefined : Date.parse(handedIn.dueAt) - serverNow();
  return (
    <section>
      <p role="status" className="notice">
        {say(texts.handedInAt, { time: dateTime(handedIn.at) })}
        {left === undefined && <> {say(texts.submissionQueued)}</>}
      </p>
      <Group mt="sm">
        <Button autoFocus onClick={() => void queue.openNext(session, draft.assignment)}>
          {say(texts.nextItem)}
        </Button>
        {(left === undefined || left > 0) && (
          <Button variant="default" onClick={() => void queue.takeBack(session, draft.assignment)}>
            {left === undefined ? say(texts.takeBack) : say(texts.takeBackNow, { time: duration(left) })}
          </Button>
        )}
      </Group>
    </section>
  );
}
