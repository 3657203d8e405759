import { consistencyPath, noteKey, testKey, treeHash, type Vectors } from './primitives.ts';

const origin = 'cts.example/log1';
const key = testKey(1);
const log = noteKey(origin, 1, key.publicKey);
const leaves = Array.from({ length: 9 }, (_, i) => `leaf ${i}`);
const rootOf = (size: number): string => treeHash(leaves.slice(0, size)).toString('base64');
const other = treeHash(['other']).toString('base64');

function head(size: number | string, root = rootOf(Number(size)), name = origin, signer = key): string {
  const text = `${name}\n${size}\n${root}\n`;
  return `${text}\n— ${name} ${Buffer.concat([log.id, signer.sign(text)]).toString('base64')}\n`;
}

const proof = (from: number, to: number): string[] =>
  consistencyPath(from, leaves.slice(0, to)).map((hash) => hash.toString('base64'));
const request = (old: number | string, lines: string[], checkpoint: string): string =>
  `${[`old ${old}`, ...lines].join('\n')}\n\n${checkpoint}`;
const knows = (size: number): { size: number; root: string } => ({ size, root: rootOf(size) });

type Answer = { status: number; size?: number };
type Row = [id: string, known: { size: number; root: string } | null, body: string, answer: Answer];

const rows: Row[] = [
  ['the first head', null, request(0, [], head(4)), { status: 200 }],
  ['the first head, of an empty log', null, request(0, [], head(0)), { status: 200 }],
  ...(
    [
      [1, 2],
      [2, 9],
      [3, 7],
      [4, 8],
      [6, 9],
      [8, 9],
    ] as const
  ).map(
    ([from, to]): Row => [
      `from ${from} to ${to}`,
      knows(from),
      request(from, proof(from, to), head(to)),
      { status: 200 },
    ],
  ),
  ['the same head again', knows(4), request(4, [], head(4)), { status: 200 }],
  ['an old size that is behind', knows(6), request(4, proof(4, 9), head(9)), { status: 409, size: 6 }],
  ['an old size that is ahead', knows(4), request(6, proof(6, 9), head(9)), { status: 409, size: 4 }],
  ['an old size where none is known', null, request(4, proof(4, 9), head(9)), { status: 409, size: 0 }],
  ['old size 0 where one is known', knows(4), request(0, [], head(9)), { status: 409, size: 4 }],
  ['an old size beyond the head', knows(4), request(9, [], head(4)), { status: 400 }],
  ['a proof of another growth', knows(4), request(4, proof(3, 9), head(9)), { status: 422 }],
  ['a proof cut short', knows(6), request(6, proof(6, 9).slice(1), head(9)), { status: 422 }],
  ['no proof of a growth', knows(4), request(4, [], head(9)), { status: 422 }],
  ['a proof from size 0', null, request(0, proof(4, 8), head(8)), { status: 422 }],
  ['another root at the same size', knows(4), request(4, [], head(4, other)), { status: 422 }],
  ['a root of the empty log that is none', null, request(0, [], head(0, other)), { status: 422 }],
  ['an unknown origin', null, request(0, [], head(4, rootOf(4), 'cts.example/log2')), { status: 404 }],
  ['a signature by another key', null, request(0, [], head(4, rootOf(4), origin, testKey(2))), { status: 403 }],
  ['a root that was not signed', null, request(0, [], head(4).replace(rootOf(4), other)), { status: 403 }],
  [
    '64 proof lines',
    knows(4),
    request(
      4,
      Array.from({ length: 64 }, () => rootOf(4)),
      head(9),
    ),
    { status: 400 },
  ],
  ['no first line', null, `\n\n${head(4)}`, { status: 400 }],
  ['old size with a leading zero', knows(4), request('04', proof(4, 9), head(9)), { status: 400 }],
  ['size with a leading zero', null, request(0, [], head('04', rootOf(4))), { status: 400 }],
  ['a proof line that is no hash', knows(4), request(4, ['AAAA'], head(9)), { status: 400 }],
];

export const witnessRequests: Vectors = {
  name: 'witness-requests',
  spec: 'C2SP tlog-witness, add-checkpoint; RFC 6962 §2.1.2',
  source: 'Computed by scripts/build-vectors.ts on Node built-ins, from the text of the specification; answers by hand',
  encoding:
    'body is the exact request, known the head last cosigned (root in base64) or null, vkey the log’s key; status is HTTP, size the body of a 409. TEST KEYS ONLY',
  shared: { vkey: log.vkey },
  cases: rows.map(([id, known, body, expected]) => ({ id, input: { known, body }, expected })),
};
