import { beforeAll, expect, test } from 'vitest';
import type { Signer } from '../../src/ledger/keys/ed25519.ts';
import type { Opening } from '../../src/ledger/schema.ts';
import { toBase64 } from '../../web/verify/bytes.ts';
import { checkChain, type EventState } from '../../web/verify/chain.ts';
import type { CheckedLog } from '../../web/verify/checked-log.ts';
import type { FaultCode } from '../../web/verify/fault.ts';
import { type Ask, checkLog } from '../../web/verify/log.ts';
import { chainOf, leavesWith, now, serve, signerOf, storage } from './fake-log.ts';

const subject = '00000000-0000-4000-8000-000000000001';
const types = ['case.imported', 'generation.recorded', 'review.signed', 'erasure.executed'];

let openings: Opening[];
let leaves: Uint8Array[];

/** The chain's leaves stand at every second place of the log, so that places and numbers differ. */
beforeAll(async () => {
  openings = await chainOf(
    subject,
    types.map((type, seq) => ({ type, index: seq * 2 + 1, signer: signerOf(7) })),
  );
  leaves = leavesWith(8, ...openings);
});

const server = (content: readonly Uint8Array[], by: Signer = signerOf(7)): Ask => serve(content, { signers: [by] });
const open = (content = leaves): Promise<CheckedLog> => checkLog(server(content), storage(), now);

async function found(
  given: readonly Opening[],
  log?: CheckedLog,
): Promise<{ states: EventState[]; codes: FaultCode[] }> {
  const events = await checkChain(given, subject, log ?? (await open()));
  const codes = events.flatMap((event) => event.faults.map((fault) => fault.code));
  return { states: events.map((event) => event.state), codes };
}

const changed = (at: number, change: Partial<Opening>): Opening[] =>
  openings.map((opening, index) => (index === at ? { ...opening, ...change } : opening));

function closed(...at: number[]): Opening[] {
  return openings.map((opening, index) => {
    const { salt: _, envelope: __, ...bare } = opening;
    return at.includes(index) ? bare : opening;
  });
}

test('a chain that fits is verified, and what it shows is what the envelopes say', async () => {
  expect(await found(openings)).toEqual({ states: ['verified', 'verified', 'verified', 'verified'], codes: [] });
  const events = await checkChain(openings, subject, await open());
  expect(events.map((event) => event.said)).toEqual(types.map((_, seq) => ({ actor: 'somebody', data: { seq } })));
});

test('contents that are not shown are hidden, or erased where the chain itself records an erasure', async () => {
  expect(await found(closed(2).slice(0, 3))).toEqual({ states: ['verified', 'verified', 'hidden'], codes: [] });
  expect((await found(closed(1, 2))).states).toEqual(['verified', 'erased', 'erased', 'verified']);
});

test('an event without a place in the log waits, it is not verified', async () => {
  const { index: _, ...waiting } = openings[3]!;
  expect((await found([...openings.slice(0, 3), waiting])).states.at(-1)).toBe('pending');
  const earlier = await open(leaves.slice(0, 6)); // witnesses may be some seconds behind
  expect((await found(openings, earlier)).states).toEqual(['verified', 'verified', 'verified', 'pending']);
});

test.each<[string, () => Opening[], FaultCode]>([
  ['another salt', () => changed(1, { salt: toBase64(Buffer.alloc(32, 99)) }), 'commitment'],
  ['an envelope of another event', () => changed(1, { envelope: openings[2]!.envelope! }), 'commitment'],
  [
    'a salt without its envelope',
    () => closed(1).map((one, at) => (at === 1 ? { ...one, salt: '' } : one)),
    'commitment',
  ],
  ['another place', () => changed(1, { index: 4 }), 'leaf-elsewhere'],
  ['bytes that are no leaf', () => changed(1, { leaf: 'AAAA' }), 'leaf-malformed'],
  ['an event left out', () => openings.filter((_, at) => at !== 1), 'chain-gap'],
  ['an event twice', () => [...openings, openings[3]!], 'chain-gap'],
  ['events in another order', () => [openings[1]!, openings[0]!, ...openings.slice(2)], 'chain-gap'],
  ['another number than the leaf has', () => changed(1, { seq: 7 }), 'chain-gap'],
])('%s is found', async (_, given, code) => {
  const { states, codes } = await found(given());
  expect(states).toContain('failed');
  expect(codes).toContain(code);
});

test('the chain of another instance is not taken for this one', async () => {
  const events = await checkChain(openings, subject.replace('1', '2'), await open());
  expect(events.map((event) => event.faults[0]?.code)).toEqual(types.map(() => 'chain-subject'));
});

test('contents that another key signed are refused, though the log holds them', async () => {
  const log = await checkLog(server(leaves, signerOf(8)), storage(), now);
  expect(log.fault).toBeUndefined();
  const { states, codes } = await found(openings, log);
  expect(new Set(states)).toEqual(new Set(['failed']));
  expect(new Set(codes)).toEqual(new Set(['envelope-signature']));
});

test('the first key and the largest head are remembered, and the log must go on from there', async () => {
  const kept = storage();
  const first = await checkLog(server(leaves.slice(0, 5)), kept, now);
  expect(first.fault ?? first.remembered).toBeUndefined();
  const grown = await checkLog(server(leaves), kept, 'later');
  expect(grown.fault).toBeUndefined();
  expect(grown.remembered).toMatchObject({ since: now, head: { size: 5 } });
  expect(await checkLog(server(leaves), kept, now)).toMatchObject({ remembered: { since: now, head: { size: 8 } } });
  const shrunk = await checkLog(server(leaves.slice(0, 6)), kept, now);
  expect(shrunk.fault?.code).toBe('log-shrank');
  const rewritten = [Buffer.from('other'), ...leaves.slice(1)];
  expect((await checkLog(server(rewritten), kept, now)).fault?.code).toBe('log-forked');
  expect((await checkLog(server([...rewritten, Buffer.from('more')]), kept, now)).fault?.code).toBe('log-forked');
  const other = await checkLog(server(leaves, signerOf(8)), kept, now);
  expect(other.fault?.code).toBe('key-changed');
  expect((await found(openings, shrunk)).states).not.toContain('verified');
  expect((await checkLog(server(leaves), kept, now)).fault).toBeUndefined();
});

test('a server that hands out no head, or none that its key signed, verifies nothing', async () => {
  const good = server(leaves);
  const with404: Ask = (path) =>
    path.endsWith('checkpoint') ? Promise.resolve(new Response('', { status: 500 })) : good(path);
  expect((await checkLog(with404, storage(), now)).fault?.code).toBe('unreachable');
  const foreign = server(leaves, signerOf(8));
  const mixed: Ask = (path) => (path.endsWith('status') ? good(path) : foreign(path));
  const log = await checkLog(mixed, storage(), now);
  expect(log.fault?.code).toBe('checkpoint-unsigned');
  expect(new Set((await found(openings, log)).states)).toEqual(new Set(['failed']));
});
