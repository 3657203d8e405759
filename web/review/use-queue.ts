import { type QueryClient, queryOptions, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ClaimReply } from '../../src/assignment/schema.ts';
import type { WorkItem } from '../../src/review/drafts/schema.ts';
import { ApiError, retry } from '../app/api.ts';
import { adopt, draftsOf, type LocalDraft, takeBack } from './local-store.ts';
import { ask, assignmentPath, serverNow } from './requests.ts';
import { serverDraft } from './server-draft.ts';
import { type Session, sessionChanged } from './session.ts';

/** How many items are held: the one on the screen and two loaded ahead. */
const want = 3;
export const claimKey = ['review-claim'];

/** One item, kept as it came: what changes on it afterwards is this browser's own doing. */
export const workItemQuery = (id: string) =>
  queryOptions<WorkItem, ApiError>({
    queryKey: ['review-item', id],
    queryFn: () => ask<WorkItem>('GET', assignmentPath(id)),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60 * 60_000,
    networkMode: 'always',
    retry,
  });

async function claim(client: QueryClient): Promise<ClaimReply> {
  const reply = await ask<ClaimReply>('POST', '/v1/assignments/claim', { want });
  client.setQueryData(claimKey, reply);
  for (const { id } of reply.assignments) void client.prefetchQuery(workItemQuery(id));
  return reply;
}

/** A review that can still be taken back: the newest first. */
function takeable(drafts: LocalDraft[]): LocalDraft | undefined {
  return drafts
    .filter(({ handedIn }) => handedIn !== undefined)
    .filter(({ handedIn }) => handedIn?.dueAt === undefined || Date.parse(handedIn.dueAt) > serverNow())
    .sort((a, b) => (b.handedIn?.at ?? '').localeCompare(a.handedIn?.at ?? ''))[0];
}

/** Moving from item to item: the next one, and back to the one handed in last. */
export function useQueue() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const show = (assignment: string) => navigate({ to: '/work/$assignment', params: { assignment } });
  /** Loads an item anew; without a network what was loaded before has to do. */
  const fresh = (id: string): Promise<WorkItem | undefined> =>
    client.fetchQuery({ ...workItemQuery(id), staleTime: 0 }).catch(() => undefined);
  const showFresh = async (assignment: string): Promise<void> => {
    await fresh(assignment);
    await show(assignment);
  };
  const toWork = () => navigate({ to: '/work' });

  /** The first item in hand that is neither this one nor handed in. */
  const waiting = async (session: Session | undefined, except?: string): Promise<string | undefined> => {
    const held = client.getQueryData<ClaimReply>(claimKey)?.assignments ?? [];
    const drafts = session === undefined ? [] : await draftsOf(session.store, session.account);
    const closed = new Set(drafts.filter((one) => one.handedIn !== undefined).map((one) => one.assignment));
    return held.find(({ id }) => id !== except && !closed.has(id))?.id;
  };

  return {
    show,
    /** Shows an item as the server has it now. */
    showFresh,
    toWork,
    /** Fills the hands again; an error is told to the caller. */
    claim: () => claim(client),
    /** Opens the next item at once if one is loaded; else asks for one. Where there is none, the page of one's work says so. */
    openNext: async (session: Session | undefined, except?: string): Promise<void> => {
      const ready = await waiting(session, except);
      const filled = (session?.sync.flush() ?? Promise.resolve()).then(() => claim(client));
      if (ready !== undefined) {
        filled.catch(() => undefined); // offline: what is loaded ahead goes on, the next claim tries again
        await show(ready);
        return;
      }
      try {
        await filled;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
      }
      const next = await waiting(session, except);
      await (next === undefined ? toWork() : show(next));
    },
    /** Takes a review back, by default the last one, and opens it; does nothing where none can be. */
    takeBack: async (session: Session, which?: string): Promise<void> => {
      const drafts = await draftsOf(session.store, session.account);
      const id = which ?? takeable(drafts)?.assignment;
      if (id === undefined) return;
      // Handed in with another browser: this one first has to have the words that it opens.
      if (drafts.find((one) => one.assignment === id)?.handedIn === undefined) {
        const item = await fresh(id);
        if (item === undefined) return show(id);
        await adopt(session.store, serverDraft(item));
      }
      await takeBack(session.store, id);
      await session.sync.flush();
      await fresh(id);
      session.takenBack = id;
      sessionChanged(id);
      await show(id);
    },
  };
}
