import { beforeAll, expect, test } from 'vitest';
import { keyFingerprint, type Signer } from '../../src/ledger/keys/ed25519.ts';
import { scopeSubject } from '../../src/ledger/leaves/subject.ts';
import type { Opening } from '../../src/ledger/schema.ts';
import { toBase64 } from '../../web/verify/bytes.ts';
import { checkChain } from '../../web/verify/chain.ts';
import { checkLog } from '../../web/verify/log.ts';
import { chainOf, type Fact, leavesWith, now, origin, serve, signerOf, storage } from './fake-log.ts';

const [first, second, attacker] = [signerOf(1), signerOf(2), signerOf(3)];
const system = scopeSubject(origin, 'system');
const example = '00000000-0000-4000-8000-000000000001';

/** The change from one key to another at a place of the log, signed by somebody. */
function change(index: number, by: Signer, { from, to }: { from: Signer; to: Signer }): Fact {
  const data = {
    keyid: keyFingerprint(to.publicKey),
    publicKey: toBase64(to.publicKey),
    retires: keyFingerprint(from.publicKey),
  };
  return { type: 'key.rotated', index, signer: by, data };
}

let changes: Opening[];
let chain: Opening[];
let leaves: Uint8Array[];
beforeAll(async () => {
  changes = await chainOf(system, [change(4, first, { from: first, to: second })]);
  chain = await chainOf(example, [
    { type: 'case.imported', index: 2, signer: first },
    { type: 'generation.recorded', index: 6, signer: second },
  ]);
  leaves = leavesWith(10, ...changes, ...chain);
});

test('behind a change of the key, events count by the key that was in force at their place', async () => {
  const log = await checkLog(serve(leaves, { signers: [second, first], former: [first], changes }), storage(), now);
  expect(log.fault).toBeUndefined();
  expect((await checkChain(chain, example, log)).map((event) => event.state)).toEqual(['verified', 'verified']);
  const late = await chainOf(example, [{ type: 'case.imported', index: 6, signer: first }]);
  const relogged = serve(leavesWith(10, ...changes, ...late), { signers: [second], former: [first], changes });
  const [event] = await checkChain(late, example, await checkLog(relogged, storage(), now));
  expect(event?.faults).toEqual([{ code: 'envelope-signature' }]);
});

test('a change of the key that the key seen before has signed is no alarm', async () => {
  const kept = storage();
  expect((await checkLog(serve(leaves.slice(0, 3), { signers: [first] }), kept, now)).fault).toBeUndefined();
  const changed = await checkLog(serve(leaves, { signers: [second], former: [first], changes }), kept, 'later');
  expect(changed.fault).toBeUndefined();
  const again = await checkLog(serve(leaves, { signers: [second], former: [first], changes }), kept, 'later still');
  expect(again).toMatchObject({ remembered: { since: 'later', head: { size: 10 } } });
  expect(again.fault).toBeUndefined();
});

test('a change that the key before did not sign, or that the log does not hold, is found', async () => {
  const forged = await chainOf(system, [change(4, attacker, { from: first, to: attacker })]);
  const own = serve(leavesWith(10, ...forged), { signers: [attacker], former: [first], changes: forged });
  expect((await checkLog(own, storage(), now)).fault?.code).toBe('envelope-signature');
  const unlogged = serve(leavesWith(10), { signers: [second], former: [first], changes });
  expect((await checkLog(unlogged, storage(), now)).fault?.code).toBe('leaf-elsewhere');
  const withheld = serve(leaves, { signers: [second], former: [first] });
  expect((await checkLog(withheld, storage(), now)).fault?.code).toBe('checkpoint-unsigned');
  const wrong = await chainOf(system, [change(4, first, { from: attacker, to: second })]);
  const retiring = serve(leavesWith(10, ...wrong), { signers: [second], former: [first], changes: wrong });
  expect((await checkLog(retiring, storage(), now)).fault?.code).toBe('key-malformed');
});

test('a log that puts a key of its own before the one seen is another log', async () => {
  const kept = storage();
  await checkLog(serve(leaves.slice(0, 3), { signers: [first] }), kept, now);
  const taken = await chainOf(system, [change(4, attacker, { from: attacker, to: second })]);
  const other = serve([...leaves.slice(0, 3), ...leavesWith(10, ...taken).slice(3)], {
    signers: [second],
    former: [attacker],
    changes: taken,
  });
  expect((await checkLog(other, kept, now)).fault?.code).toBe('key-changed');
});

test('while the signed head lies before the change, the old key still counts', async () => {
  const log = await checkLog(serve(leaves.slice(0, 4), { signers: [first] }), storage(), now);
  const behind = serve(leaves.slice(0, 4), { signers: [second, first], former: [first], changes });
  const late = await checkLog(behind, storage(), now);
  expect([log.fault, late.fault]).toEqual([undefined, undefined]);
  const events = await checkChain(chain, example, late);
  expect(events.map((event) => event.state)).toEqual(['verified', 'pending']);
  expect(events[1]?.said).toBeUndefined();
});
