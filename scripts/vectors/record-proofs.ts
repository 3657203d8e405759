import { auditPath, noteKey, sha256, testKey, treeHash, type Vectors } from './primitives.ts';

const origin = 'cts.example/log1';
const key = testKey(1);
const log = noteKey(origin, 1, key.publicKey);
const [subj, time, type] = ['0b7ad1c4-6d3f-4c1e-9a54-3e8f2a7b9c10', '2026-11-22T09:00:00.000Z', 'example.approved'];
const salt = Buffer.alloc(32, 9);

const data = { by: 'reviewers', resultSha256: sha256('x').toString('hex'), round: 1, trace: 't1' };
const envelopeOf = (told: object): Buffer => {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    predicate: { actor: 'worker', data, subject: subj, time, type, ...told },
    predicateType: 'https://safemed-r1.org/cts/v1/logged-event/v1',
    subject: [{ digest: { sha256: sha256(JSON.stringify(data)).toString('hex') }, name: `urn:uuid:${subj}` }],
  };
  const payloadType = 'application/vnd.in-toto+json';
  const payload = Buffer.from(JSON.stringify(statement));
  const message = Buffer.concat([
    Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `),
    payload,
  ]);
  const signatures = [{ keyid: '', sig: key.sign(message).toString('base64') }];
  return Buffer.from(JSON.stringify({ payload: payload.toString('base64'), payloadType, signatures }));
};

const leafOf = (envelope: Buffer): string => {
  const cmt = sha256('cts-commit/v1\n', salt, envelope).toString('base64');
  const prev = sha256('y').toString('base64');
  return JSON.stringify({ cmt, prev, seq: 4, subj, time, type, v: 'cts-leaf/1' });
};

type Extra = { v?: string; leaf?: string; salt?: string; envelope?: string };

/** The proof of one leaf among seven, and the policy that trusts its log. */
function proofOf(envelope: Buffer, change: (extra: Extra) => Extra = (extra) => extra): object {
  const leaf = leafOf(envelope);
  const leaves = ['a', 'b', leaf, 'c', 'd', 'e', 'f'];
  const text = `${origin}\n7\n${treeHash(leaves).toString('base64')}\n`;
  const head = `${text}\n— ${origin} ${Buffer.concat([log.id, key.sign(text)]).toString('base64')}\n`;
  const path = auditPath(2, leaves).map((hash) => `${hash.toString('base64')}\n`);
  const extra = change({
    envelope: envelope.toString('base64'),
    leaf: Buffer.from(leaf).toString('base64'),
    salt: salt.toString('base64'),
    v: 'cts-proof/1',
  });
  const shown = Buffer.from(JSON.stringify(extra)).toString('base64');
  const line = Object.keys(extra).length === 0 ? '' : `extra ${shown}\n`;
  return {
    policy: `log ${log.vkey}\nquorum none\n`,
    proof: `c2sp.org/tlog-proof@v1\n${line}index 2\n${path.join('')}\n${head}`,
  };
}

const envelope = envelopeOf({});
const told = { index: 2, size: 7, type, seq: 4 };

export const recordProofs: Vectors = {
  name: 'record-proofs',
  spec: 'cts-1 §9.2; C2SP tlog-proof@v1',
  source: 'Computed by scripts/build-vectors.ts on Node built-ins, from the text of the specification',
  encoding: 'policy and proof are exact texts. TEST KEYS ONLY',
  cases: [
    { id: 'an approval, opened', input: proofOf(envelope), expected: { result: 'passed', ...told, actor: 'worker' } },
    {
      id: 'a leaf whose envelope is not shown',
      input: proofOf(envelope, ({ leaf, v }) => ({ leaf, v }) as Extra),
      expected: { result: 'incomplete', ...told },
    },
  ],
  mustReject: [
    { id: 'no extra line', input: proofOf(envelope, () => ({})) },
    { id: 'another version', input: proofOf(envelope, (extra) => ({ ...extra, v: 'cts-proof/2' })) },
    {
      id: 'another leaf',
      input: proofOf(envelope, (extra) => ({
        ...extra,
        leaf: Buffer.from(leafOf(envelopeOf({ actor: 'other' }))).toString('base64'),
      })),
    },
    {
      id: 'another envelope',
      input: proofOf(envelope, (extra) => ({ ...extra, envelope: envelopeOf({ actor: 'other' }).toString('base64') })),
    },
    {
      id: 'another salt',
      input: proofOf(envelope, (extra) => ({ ...extra, salt: Buffer.alloc(32, 8).toString('base64') })),
    },
    { id: 'an envelope that tells of another type', input: proofOf(envelopeOf({ type: 'example.rejected' })) },
    { id: 'an envelope that tells of another time', input: proofOf(envelopeOf({ time: '2026-11-22T09:00:00.001Z' })) },
  ],
};
