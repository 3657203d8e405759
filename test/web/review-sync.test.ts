import 'fake-indexeddb/auto';
import { beforeEach, expect, test, vi } from 'vitest';
import type { DraftContent } from '../../src/review/drafts/schema.ts';
import { ReviewInput } from '../../src/review/schema.ts';
import {
  adopt,
  handIn,
  keep,
  type LocalStore,
  openLocalStore,
  opsOf,
  pendingOps,
  takeBack,
  unstick,
} from '../../web/review/local-store.ts';
import { randomId } from '../../web/review/random-id.ts';
import type { Reply } from '../../web/review/requests.ts';
import { Sync } from '../../web/review/sync.ts';
import { contentOf, emptyWork, type Work, workOf } from '../../web/review/work.ts';
import { item } from './review-fixture.ts';

const id = item.assignment.id;
const at = '2026-01-01T10:00:00.000Z';
const review = ReviewInput.parse({ scores: {}, verdict: 'accept' });
const reply = (status: number, body: unknown = {}, details: Record<string, unknown> = {}): Reply => ({
  status,
  body,
  message: `said ${status}`,
  details,
});

/** A server that keeps drafts and submissions by their keys as the real one does; replies may be lost. */
function fakeServer() {
  const drafts: { key: string; content: DraftContent }[] = [];
  const submissions: string[] = [];
  const server = {
    drafts,
    submissions,
    requests: 0,
    /** How the next requests end: taken but the reply lost, not arrived at all, or refused. */
    faults: [] as ('reply-lost' | 'down' | Reply)[],
    send: async (method: string, _path: string, body?: unknown): Promise<Reply> => {
      server.requests++;
      const fault = server.faults.shift();
      if (fault === 'down') return reply(0);
      if (typeof fault === 'object') return fault;
      const answer = method === 'PUT' ? save(body) : method === 'POST' ? submit(body) : withdraw();
      return fault === 'reply-lost' ? reply(0) : answer;
    },
  };
  const save = (body: unknown): Reply => {
    const { key, base, content } = body as { key: string; base: number; content: DraftContent }; // what Sync sends
    const known = drafts.findIndex((one) => one.key === key);
    if (known >= 0) return reply(200, { rev: known + 1, content, savedAt: at });
    if (base !== drafts.length) return reply(409, {}, { rev: drafts.length });
    drafts.push({ key, content });
    return reply(200, { rev: drafts.length, content, savedAt: at });
  };
  const withdraw = (): Reply => {
    submissions.pop();
    return reply(200);
  };
  const submit = (body: unknown): Reply => {
    const { key } = body as { key: string }; // likewise
    if (!submissions.includes(key)) submissions.push(key);
    return reply(200, { state: 'waiting', dueAt: at });
  };
  return server;
}

let store: LocalStore;
let name: string;
let server: ReturnType<typeof fakeServer>;
let sync: Sync;
let scheduled: (() => void)[];

function startSync(lock: (work: () => Promise<void>) => Promise<void> = (work) => work()): Sync {
  scheduled = [];
  return new Sync({
    store,
    account: 'ana',
    send: server.send,
    lock,
    later: (work) => {
      scheduled.push(work);
      return () => undefined;
    },
    changed: () => undefined,
  });
}

beforeEach(async () => {
  name = randomId();
  store = await openLocalStore(name);
  server = fakeServer();
  sync = startSync();
  await adopt(store, { assignment: id, account: 'ana', work: emptyWork, seconds: 0, version: 0, rev: 0 });
});

const write = (fields: Partial<Record<keyof Work, unknown>>, seconds = 0) =>
  keep(store, id, {
    fields: fields as Partial<Work>, // the tests write real fields
    seconds,
    contentOf: (work, total) => contentOf(work, item.trace, total),
  });
const draft = async () => (await store.get('drafts', id))!;

test('what is written while the last sending is just ending is sent all the same', async () => {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  // as the browser's locks do, this one tells its holder later that it was let go
  sync = startSync(async (work) => {
    await work();
    await released;
  });
  const ending = sync.flush();
  await vi.waitFor(async () => expect(await pendingOps(store, 'ana')).toEqual([]));
  await new Promise((resolve) => setTimeout(resolve, 50)); // the first sending found nothing and is done
  await write({ comment: 'one more word' });
  const next = sync.flush();
  await vi.waitFor(() => expect(server.drafts).toHaveLength(1));
  release();
  await Promise.all([ending, next]);
});

test('a change is in the store before it is sent, and is there when the browser comes back', async () => {
  await write({ comment: 'half a thou' });
  store.close();
  store = await openLocalStore(name);
  expect((await draft()).work.comment).toBe('half a thou');
  sync = startSync();
  await sync.flush();
  expect(server.drafts.map((one) => one.content.comment)).toEqual(['half a thou']);
  expect(await draft()).toMatchObject({ rev: 1, savedAt: at });
});

test('changes that were not sent yet go as one; a sent one is never altered', async () => {
  for (const comment of ['a', 'ab', 'abc']) await write({ comment });
  server.faults.push('reply-lost');
  await sync.flush();
  expect(sync.link).toBe('offline');
  await write({ comment: 'abcd' });
  expect((await opsOf(store, id)).map((op) => op.kind === 'save' && op.content.comment)).toEqual(['abc', 'abcd']);
  scheduled.at(-1)?.();
  await sync.flush();
  expect(sync.link).toBe('online');
  expect(server.drafts.map((one) => one.content.comment)).toEqual(['abc', 'abcd']);
});

test('a connection cut at any request of a submission leaves exactly one review and loses nothing', async () => {
  for (const fault of ['reply-lost', 'down'] as const)
    for (const before of [0, 1, 2]) {
      store = await openLocalStore(randomId());
      server = fakeServer();
      sync = startSync();
      await adopt(store, { assignment: id, account: 'ana', work: emptyWork, seconds: 0, version: 0, rev: 0 });
      await write({ scores: { facts: 5 } });
      await handIn(store, id, review, at);
      await handIn(store, id, review, at);
      server.faults.push(...Array.from({ length: before }, () => fault));
      for (let round = 0; round <= before; round++) await sync.flush();
      expect(server.submissions).toHaveLength(1);
      expect(server.drafts.map((one) => one.content.scores)).toEqual([{ facts: 5 }]);
      expect(await pendingOps(store, 'ana')).toEqual([]);
      expect((await draft()).handedIn?.dueAt).toBe(at);
    }
});

test('two tabs that send the same queue at once give one revision and one review', async () => {
  await write({ comment: 'x' });
  await handIn(store, id, review, at);
  await Promise.all([sync.flush(), startSync().flush()]);
  expect(server.drafts).toHaveLength(1);
  expect(server.submissions).toHaveLength(1);
  expect((await draft()).trouble).toBeUndefined();
});

test('changes of two tabs to different parts are both kept, and time is added up', async () => {
  await Promise.all([write({ comment: 'one' }, 3), write({ scores: { facts: 4 } }, 4)]);
  expect((await draft()).work).toMatchObject({ comment: 'one', scores: { facts: 4 } });
  expect((await draft()).seconds).toBe(7);
});

test('a draft saved elsewhere meanwhile is a conflict: sending stops, nothing here is lost', async () => {
  server.drafts.push({ key: 'elsewhere', content: contentOf({ ...emptyWork, comment: 'theirs' }, item.trace, 0) });
  await write({ comment: 'mine' });
  await handIn(store, id, review, at);
  await sync.flush();
  expect(await draft()).toMatchObject({ work: { comment: 'mine' }, trouble: { kind: 'conflict' } });
  expect((await draft()).handedIn).toBeUndefined();
  expect(server.submissions).toEqual([]);
});

test('trouble with one item does not hold up another', async () => {
  const other = '99999999-9999-4999-8999-999999999999';
  await adopt(store, { assignment: other, account: 'ana', work: emptyWork, seconds: 0, version: 0, rev: 0 });
  await write({ comment: 'refused' });
  await keep(store, other, {
    fields: { comment: 'fine' },
    seconds: 0,
    contentOf: (work, total) => contentOf(work, item.trace, total),
  });
  server.faults.push(reply(422));
  await sync.flush();
  expect((await draft()).trouble).toEqual({ kind: 'refused', message: 'said 422' });
  expect((await store.get('drafts', other))?.rev).toBe(1);
  await unstick(store, id);
  expect((await draft()).work.comment).toBe('refused');
});

test('a review handed in after its lease ran out takes the lease again if the place is free, else is lost', async () => {
  await handIn(store, id, review, at);
  server.faults.push(reply(409, {}, { state: 'expired' }), reply(200));
  await sync.flush();
  expect(server.submissions).toHaveLength(1);
  await takeBack(store, id);
  await sync.flush();
  expect(server.submissions).toEqual([]);
  await handIn(store, id, review, at);
  server.faults.push(reply(409, {}, { state: 'expired' }), reply(409, {}, { state: 'expired' }));
  await sync.flush();
  expect((await draft()).trouble).toEqual({ kind: 'lost' });
  expect(server.submissions).toEqual([]);
});

test('a review taken back before it was sent is never sent', async () => {
  await handIn(store, id, review, at);
  await takeBack(store, id);
  await sync.flush();
  expect(server.requests).toBe(0);
});

test('scores that changed while there was no edit are saved as such before the next edit', async () => {
  const edit = { op: 'answer', at: 0, text: 'C', reason: 'wrong-fact', note: '' };
  await write({ scores: { facts: 4 }, edits: [edit] });
  await write({ edits: [] });
  await write({ scores: { facts: 3 } });
  await write({ edits: [edit] });
  await sync.flush();
  expect(server.drafts.map(({ content }) => [content.scores.facts, content.edits.length])).toEqual([
    [4, 1],
    [3, 0],
    [3, 1],
  ]);
});

test('who is signed out keeps everything, and nothing of another account is sent', async () => {
  await write({ comment: 'x' });
  server.faults.push(reply(401));
  await sync.flush();
  expect(sync.link).toBe('signed-out');
  expect((await draft()).trouble).toBeUndefined();
  const other = new Sync({
    store,
    account: 'ben',
    send: server.send,
    lock: (work) => work(),
    later: () => () => undefined,
    changed: () => undefined,
  });
  await other.flush();
  expect(server.drafts).toEqual([]);
});

test('a newer revision from another device is taken over, with the edit that was not finished here', async () => {
  const unfinished = { op: 'replace', at: 1, text: 'half', reason: '', note: '' } as const;
  await write({ edits: [unfinished] });
  await sync.flush();
  const theirs = workOf(contentOf({ ...emptyWork, comment: 'theirs' }, item.trace, 0));
  const taken = await adopt(store, { assignment: id, account: 'ana', work: theirs, seconds: 9, version: 0, rev: 5 });
  expect(taken).toMatchObject({ rev: 5, seconds: 9, work: { comment: 'theirs', edits: [unfinished] } });
});
