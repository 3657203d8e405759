import { auditPath, noteKey, sha256, strayBits, testKey, treeHash, type Vectors } from './primitives.ts';

const computed = 'Computed by scripts/build-vectors.ts on Node built-ins, from the text of the specification';
const byHand = 'Written by hand from the text of the specification';

const subj = '0b7ad1c4-6d3f-4c1e-9a54-3e8f2a7b9c10';
const hash = sha256('x').toString('base64');
const prev = sha256('y').toString('base64');
const time = '2026-11-22T09:00:00.000Z';
const leaf = (more: object = {}): string => {
  const members = { v: 'cts-leaf/1', type: 'review.signed', time, subj, seq: 0, prev: null, cmt: hash, ...more };
  return JSON.stringify(Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1))));
};

const longType = `${'a'.repeat(1100)}.b`;

export const leaves: Vectors = {
  name: 'leaves',
  spec: 'cts-1 §3.1',
  source: byHand,
  encoding: 'leaf is the exact text of the leaf, ASCII; hashes are standard base64',
  cases: [
    {
      id: 'first of a chain',
      input: { leaf: leaf() },
      expected: { type: 'review.signed', time, subj, seq: 0, prev: null, cmt: hash },
    },
    {
      id: 'later in a chain',
      input: { leaf: leaf({ seq: 41, prev }) },
      expected: { type: 'review.signed', time, subj, seq: 41, prev, cmt: hash },
    },
    {
      id: 'system chain (UUID version 8), type with a hyphen',
      input: { leaf: leaf({ subj: '0b7ad1c4-6d3f-8c1e-9a54-3e8f2a7b9c10', type: 'safety-drill.held' }) },
      expected: {
        type: 'safety-drill.held',
        time,
        subj: '0b7ad1c4-6d3f-8c1e-9a54-3e8f2a7b9c10',
        seq: 0,
        prev: null,
        cmt: hash,
      },
    },
  ],
  mustReject: [
    { id: 'another version', input: { leaf: leaf({ v: 'cts-leaf/2' }) } },
    { id: 'a further member', input: { leaf: leaf({ note: 'x' }) } },
    { id: 'a member missing', input: { leaf: leaf({ time: undefined }) } },
    { id: 'white space', input: { leaf: leaf().replace(',', ', ') } },
    { id: 'line feed behind it', input: { leaf: `${leaf()}\n` } },
    { id: 'members in another order', input: { leaf: leaf().replace(/^\{("cmt":"[^"]*"),("prev":null),/, '{$2,$1,') } },
    { id: 'a name twice', input: { leaf: leaf().replace('"seq":0', '"seq":0,"seq":0') } },
    { id: 'type without a dot', input: { leaf: leaf({ type: 'review' }) } },
    { id: 'type in capitals', input: { leaf: leaf({ type: 'Review.signed' }) } },
    { id: 'time without milliseconds', input: { leaf: leaf({ time: '2026-11-22T09:00:00Z' }) } },
    { id: 'time with an offset', input: { leaf: leaf({ time: '2026-11-22T09:00:00.000+00:00' }) } },
    { id: 'a day that is not', input: { leaf: leaf({ time: '2026-02-30T09:00:00.000Z' }) } },
    { id: 'UUID of version 1', input: { leaf: leaf({ subj: '0b7ad1c4-6d3f-1c1e-9a54-3e8f2a7b9c10' }) } },
    { id: 'UUID in capitals', input: { leaf: leaf({ subj: subj.toUpperCase() }) } },
    { id: 'position below 0', input: { leaf: leaf({ seq: -1, prev }) } },
    { id: 'position with a leading zero', input: { leaf: leaf({ seq: 1, prev }).replace('"seq":1', '"seq":01') } },
    { id: 'position as a float', input: { leaf: leaf({ seq: 1, prev }).replace('"seq":1', '"seq":1.0') } },
    {
      id: 'position beyond 2^53−1',
      input: { leaf: leaf({ seq: 1, prev }).replace('"seq":1', '"seq":9007199254740992') },
    },
    { id: 'position 0 with a predecessor', input: { leaf: leaf({ prev }) } },
    { id: 'position 1 without a predecessor', input: { leaf: leaf({ seq: 1 }) } },
    { id: 'commitment of 31 bytes', input: { leaf: leaf({ cmt: Buffer.alloc(31, 1).toString('base64') }) } },
    { id: 'commitment with stray bits', input: { leaf: leaf({ cmt: strayBits(hash) }) } },
    { id: 'commitment without padding', input: { leaf: leaf({ cmt: hash.slice(0, -1) }) } },
    { id: 'commitment in hex', input: { leaf: leaf({ cmt: sha256('x').toString('hex') }) } },
    { id: 'longer than 1,024 bytes', input: { leaf: leaf({ type: longType }) } },
  ],
};

function systemSubject(origin: string, scope: string): string {
  const bytes = sha256(`cts-subject/v1\n${origin}\n${scope}`).subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) % 16) + 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) % 64) + 0x80, 8);
  const text = bytes.toString('hex');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}

export const subjects: Vectors = {
  name: 'subjects',
  spec: 'cts-1 §3.2; RFC 9562 §5.8',
  source: computed,
  encoding: 'texts are UTF-8',
  cases: ['cts.example/log1', 'cts.example/test', 'log.klinik-münchen.example/cts', '日志.example/1'].map((origin) => ({
    id: origin,
    input: { origin, scope: 'system' },
    expected: { subject: systemSubject(origin, 'system') },
  })),
};

export const commitments: Vectors = {
  name: 'commitments',
  spec: 'cts-1 §3.1: SHA-256("cts-commit/v1\\n" ‖ salt ‖ envelope)',
  source: computed,
  encoding: 'salt and commitment in lower-case hex, envelope as UTF-8 text',
  cases: ['', '{"a":1}', '{"text":"每日三次，每次 5 mg"}', 'x'.repeat(1000)].map((envelope, i) => ({
    id: `envelope of ${Buffer.byteLength(envelope)} bytes`,
    input: { salt: Buffer.alloc(32, 16 * i + 1).toString('hex'), envelope },
    expected: { commitment: sha256('cts-commit/v1\n', Buffer.alloc(32, 16 * i + 1), envelope).toString('hex') },
  })),
  mustReject: [
    { id: 'salt of 31 bytes', input: { salt: Buffer.alloc(31, 1).toString('hex'), envelope: '{}' } },
    { id: 'salt of 33 bytes', input: { salt: Buffer.alloc(33, 1).toString('hex'), envelope: '{}' } },
    { id: 'no salt', input: { salt: '', envelope: '{}' } },
  ],
};

const origin = 'cts.example/log1';
const logKey = testKey(1);
const log = noteKey(origin, 1, logKey.publicKey);
const logged = Array.from({ length: 9 }, (_, i) => `leaf ${i}`);
const body = (root: string, size: string | number = logged.length): string => `${origin}\n${size}\n${root}\n`;
const root = treeHash(logged).toString('base64');
const line = (name: string, id: Buffer, blob: Buffer): string =>
  `— ${name} ${Buffer.concat([id, blob]).toString('base64')}\n`;
const signedHead = (text: string): string => `${text}\n${line(origin, log.id, logKey.sign(text))}`;
const head = signedHead(body(root));
const path = (index: number): string =>
  auditPath(index, logged)
    .map((one) => `${one.toString('base64')}\n`)
    .join('');
const proof = (index: number, more = '', checkpoint = head): string =>
  `c2sp.org/tlog-proof@v1\n${more}index ${index}\n${path(index)}\n${checkpoint}`;
const attempt = (text: string, leafText = 'leaf 4'): object => ({ proof: text, vkey: log.vkey, leaf: leafText });

export const logProofs: Vectors = {
  name: 'tlog-proofs',
  spec: 'C2SP tlog-proof@v1; RFC 6962 §2.1.1',
  source: `${computed}; nine leaves "leaf 0" to "leaf 8"`,
  encoding: 'proof is the exact text of the file, leaf the UTF-8 text of the leaf, vkey the log’s key. TEST KEYS ONLY',
  cases: [
    ...[0, 4, 7, 8].map((index) => ({
      id: `leaf ${index} of 9`,
      input: attempt(proof(index), `leaf ${index}`),
      expected: { index, size: 9, root },
    })),
    { id: 'with an extra line', input: attempt(proof(4, 'extra eA==\n')), expected: { index: 4, size: 9, root } },
  ],
  mustReject: [
    { id: 'another leaf', input: attempt(proof(4), 'leaf 5') },
    { id: 'another index', input: attempt(proof(4).replace('index 4', 'index 5')) },
    { id: 'index with a leading zero', input: attempt(proof(4).replace('index 4', 'index 04')) },
    { id: 'index at the size', input: attempt(proof(8).replace('index 8', 'index 9'), 'leaf 8') },
    { id: 'size with a leading zero', input: attempt(proof(4, '', signedHead(body(root, '09')))) },
    { id: 'size signed, but another', input: attempt(proof(8, '', signedHead(body(root, 10))), 'leaf 8') },
    { id: 'a hash dropped', input: attempt(proof(4).replace(/(index 4\n)[^\n]+\n/, '$1')) },
    { id: 'hashes in the wrong order', input: attempt(proof(4).replace(/(index 4\n)([^\n]+\n)([^\n]+\n)/, '$1$3$2')) },
    {
      id: '64 hashes',
      input: attempt(proof(4).replace(/(index 4\n)([^\n]+\n)/, (_, start, one) => start + one.repeat(61))),
    },
    {
      id: 'a hash with stray bits',
      input: attempt(proof(4).replace(/(index 4\n)([^\n]+)/, (_, start, one) => start + strayBits(one))),
    },
    { id: 'another format', input: attempt(proof(4).replace('@v1', '@v2')) },
    {
      id: 'signature of another head',
      input: attempt(proof(4).replace(root, treeHash(logged.slice(0, 8)).toString('base64'))),
    },
    { id: 'no checkpoint', input: attempt(proof(4, '', '')) },
  ],
};

const witnesses = ['a', 'b', 'c'].map((letter, i) => {
  const name = `witness.example/${letter}`;
  const key = testKey(10 + i);
  return { letter, name, ...noteKey(name, 4, key.publicKey), key };
});

function cosigned(letters: string, seconds = 1_700_000_000n, text = body(root)): string {
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(seconds);
  const lines = witnesses
    .filter((one) => letters.includes(one.letter))
    .map(({ name, id, key }) =>
      line(name, id, Buffer.concat([stamp, key.sign(`cosignature/v1\ntime ${seconds}\n${text}`)])),
    );
  return `${signedHead(text)}${lines.join('')}`;
}

const policyOf = (...rules: string[]): string =>
  [`log ${log.vkey}`, ...witnesses.map(({ letter, vkey }) => `witness ${letter} ${vkey}`), ...rules, ''].join('\n');
const [a] = witnesses.map(({ vkey }) => vkey);

export const policies: Vectors = {
  name: 'tlog-policies',
  spec: 'C2SP tlog-policy, tlog-cosignature (Ed25519), tlog-checkpoint',
  source: `${computed}; verdicts by hand`,
  encoding: 'policy and checkpoint are exact texts; quorumMet is the verdict on them. TEST KEYS ONLY',
  cases: [
    ['no witness asked for', policyOf('quorum none'), '', true],
    ['one witness, who signed', policyOf('quorum a'), 'a', true],
    ['one witness, and another signed', policyOf('quorum a'), 'b', false],
    ['any of three', policyOf('group g any a b c', 'quorum g'), 'c', true],
    ['all of three, two signed', policyOf('group g all a b c', 'quorum g'), 'ab', false],
    ['two of three', policyOf('group g 2 a b c', 'quorum g'), 'ac', true],
    ['a group in a group', policyOf('group g any a b', 'group h all g c', 'quorum h'), 'bc', true],
    ['a group in a group, not met', policyOf('group g any a b', 'group h all g c', 'quorum h'), 'ab', false],
    ['comments, blank lines and tabs', `# mine\n\nlog\t${log.vkey} https://log.example\nquorum  none\n`, 'a', true],
  ].map(([id, policy, letters, quorumMet]) => ({
    id: String(id),
    input: { policy, checkpoint: cosigned(String(letters)) },
    expected: { quorumMet },
  })),
  mustReject: [
    ['no quorum line', policyOf()],
    ['two quorum lines', policyOf('quorum none', 'quorum a')],
    ['an unknown word', policyOf('quorums none')],
    ['a name that is not defined', policyOf('group g 2 a d', 'quorum g')],
    ['a name defined later', policyOf('quorum g', 'group g any a')],
    ['more members asked for than there are', policyOf('group g 4 a b c', 'quorum g')],
    ['none asked for', policyOf('group g 0 a', 'quorum g')],
    ['a count with a leading zero', policyOf('group g 01 a', 'quorum g')],
    ['a member of two groups', policyOf('group g any a', 'group h any a', 'quorum g')],
    ['none as a member', policyOf('group g any none', 'quorum g')],
    ['a witness key twice', policyOf(`witness d ${a}`, 'quorum none')],
    [
      'a name twice',
      policyOf(`witness a ${noteKey('witness.example/d', 4, testKey(13).publicKey).vkey}`, 'quorum none'),
    ],
    ['the log key twice', policyOf(`log ${log.vkey}`, 'quorum none')],
    ['a witness key that is a log key', `log ${a}\nquorum none\n`],
    ['a key id that is not the key’s', policyOf('quorum none').replace(/\+[0-9a-f]{8}\+/, '+00000000+')],
    ['a carriage return', policyOf('quorum none').replace('\n', '\r\n')],
  ]
    .map(([id, policy]) => ({ id: String(id), input: { policy, checkpoint: cosigned('') } }))
    .concat(
      (
        [
          [
            'a cosignature over another head',
            cosigned('').concat(cosigned('a', 1n, body(root, 8)).split('\n').slice(-2).join('\n')),
          ],
          ['a cosignature time beyond 2^63−1', cosigned('a', 2n ** 63n)],
          ['a log key whose signature is wrong', head.replace(root, strayRoot())],
          ['a head of an unlisted log', head.replaceAll(origin, 'cts.example/log2')],
        ] as const
      ).map(([id, checkpoint]) => ({ id, input: { policy: policyOf('quorum a'), checkpoint } })),
    ),
};

function strayRoot(): string {
  return treeHash(['other']).toString('base64');
}
