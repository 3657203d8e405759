import { canonicalBytes } from '../../src/core/canonical-json.ts';
import { sha256Hex } from '../../src/core/hash.ts';
import { signEnvelope } from '../../src/ledger/attestations/dsse.ts';
import { checkpointText } from '../../src/ledger/checkpoints/checkpoint.ts';
import { logNoteSigner, signNote } from '../../src/ledger/checkpoints/note.ts';
import { formatVkey } from '../../src/ledger/checkpoints/vkey.ts';
import { type Signer, signerFromSeed } from '../../src/ledger/keys/ed25519.ts';
import { commitmentTo } from '../../src/ledger/leaves/commitment.ts';
import { type ChainEnd, linkLeaf } from '../../src/ledger/leaves/leaf.ts';
import type { Opening } from '../../src/ledger/schema.ts';
import { encodeHashTile } from '../../src/ledger/tiles/tiles.ts';
import { leafHash, rootOfList } from '../../src/ledger/tree/tree.ts';
import { fromBase64, toBase64 } from '../../web/verify/bytes.ts';
import type { Ask } from '../../web/verify/log.ts';

export const origin = 'cts.example/test';
export const now = '2026-02-03T04:05:06.000Z';

/** A key that anybody can make. */
export function signerOf(seed: number): Signer {
  return signerFromSeed(Buffer.alloc(32, seed));
}

export type Fact = {
  type: string;
  index: number;
  signer: Signer;
  data?: { readonly [name: string]: string | number };
};

/** The openings of a chain of these facts, each signed by its signer. */
export async function chainOf(subject: string, facts: readonly Fact[]): Promise<Opening[]> {
  const openings: Opening[] = [];
  let end: ChainEnd | undefined;
  for (const [seq, { type, index, signer, data = { seq } }] of facts.entries()) {
    const time = `2026-01-02T03:04:0${seq}.000Z`;
    const statement = {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: `urn:uuid:${subject}`, digest: { sha256: sha256Hex(canonicalBytes(data)) } }],
      predicateType: 'https://safemed-r1.org/cts/v1/logged-event/v1',
      predicate: { type, time, subject, actor: 'somebody', data },
    };
    const envelope = await signEnvelope('application/vnd.in-toto+json', canonicalBytes(statement), [signer]);
    const salt = Buffer.alloc(32, seq);
    const linked = linkLeaf({ type, time, subj: subject, cmt: commitmentTo(envelope, salt) }, end);
    end = linked.end;
    openings.push({ seq, index, leaf: toBase64(linked.bytes), salt: toBase64(salt), envelope: toBase64(envelope) });
  }
  return openings;
}

/** The leaves of a log with these openings at their places, and other leaves everywhere else. */
export function leavesWith(size: number, ...openings: Opening[]): Uint8Array[] {
  return Array.from({ length: size }, (_, at) => {
    const opening = openings.find(({ index }) => index === at);
    return fromBase64(opening?.leaf ?? '-') ?? Buffer.from(`another leaf ${at}`);
  });
}

type Keys = { signers: readonly Signer[]; former?: readonly Signer[]; changes?: readonly Opening[] };

/** A server of the log over these leaves, of at most 255. Its heads are signed by `signers`; the first is in force. */
export function serve(leaves: readonly Uint8Array[], { signers, former = [], changes = [] }: Keys): Ask {
  const hashes = leaves.map((leaf) => leafHash(leaf));
  const notes = signers.map((signer) => logNoteSigner(origin, signer));
  const vkeys = [...former.map((signer) => logNoteSigner(origin, signer)), ...notes.slice(0, 1)].map(({ key }) =>
    formatVkey(key),
  );
  const text = checkpointText(origin, { size: hashes.length, root: rootOfList(hashes) });
  return async (path) => {
    if (path === '/v1/log/status')
      return Response.json({ key: vkeys.at(-1), formerKeys: vkeys.slice(0, -1).map((vkey) => ({ vkey })) });
    if (path === '/v1/log/checkpoint') return new Response(await signNote(text, notes));
    if (path === '/v1/log/keys') return Response.json({ openings: changes });
    if (path !== `/v1/log/tile/0/000.p/${hashes.length}`) return new Response('no', { status: 404 });
    return new Response(new Uint8Array(encodeHashTile(hashes)));
  };
}

/** A browser's storage. */
export function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    clear: () => kept.clear(),
    key: (at) => [...kept.keys()][at] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}
