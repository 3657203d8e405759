import { canonicalBytes, type JsonValue } from '../../src/core/canonical-json.ts';
import { sha256, sha256Hex } from '../../src/core/hash.ts';
import { signEnvelope } from '../../src/ledger/attestations/dsse.ts';
import { encodeStatement, predicateTypes, statementPayloadType } from '../../src/ledger/attestations/statement.ts';
import { type Signer, signerFromSeed } from '../../src/ledger/keys/ed25519.ts';
import { commitmentTo } from '../../src/ledger/leaves/commitment.ts';
import { type ChainEnd, linkLeaf } from '../../src/ledger/leaves/leaf.ts';
import { scopeSubject, systemScope } from '../../src/ledger/leaves/subject.ts';
import { createLog, type Log } from '../../src/ledger/log/log.ts';
import type { ChainEvent } from '../../src/verify/replay/history.ts';

type Data = { readonly [key: string]: JsonValue };

/** A recorded event with all that an export shows of it. */
export type Recorded = ChainEvent & {
  readonly subject: string;
  readonly leaf: Uint8Array;
  readonly salt: Uint8Array;
  readonly envelope: Uint8Array;
};

/** Records events in a log directory without a database. Keys, salts, subjects and times follow from the seed alone. */
export type Recorder = {
  readonly origin: string;
  readonly signer: Signer;
  readonly log: Log;
  readonly system: string;
  record(type: string, data: Data, about?: { subject?: string; actor?: string }): Promise<Recorded>;
  newSubject(): string;
  /** Makes everything recorded so far durable and publishes the head. */
  flush(): Promise<void>;
};

const batch = 2000;
const began = Date.UTC(2026, 0, 5, 8);

const predicateOf: { readonly [type: string]: string } = {
  'generation.recorded': predicateTypes.generation,
  'review.signed': predicateTypes.review,
  'adjudication.signed': predicateTypes.adjudication,
  'dataset.sealed': predicateTypes.datasetRelease,
};

export async function openRecorder(options: { directory: string; origin: string; seed: string }): Promise<Recorder> {
  const { directory, origin, seed } = options;
  const derived = (what: string): Uint8Array => new Uint8Array(sha256(`${seed} ${what}`));
  const signer = signerFromSeed(derived('key'));
  const log = await createLog({ directory, origin, signer });
  const system = scopeSubject(origin, systemScope);
  const ends = new Map<string, ChainEnd>();
  let waiting: Uint8Array[] = [];
  let next = 0;
  let subjects = 0;
  const flush = async (): Promise<void> => {
    const leaves = waiting;
    waiting = [];
    await log.append(leaves, { firstIndex: next - leaves.length });
  };
  return {
    origin,
    signer,
    log,
    system,
    flush,
    newSubject: () => {
      const hex = Buffer.from(derived(`subject ${subjects++}`)).toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    },
    record: async (type, data, { subject = system, actor = 'system' } = {}) => {
      const index = next++;
      const time = new Date(began + index * 1000).toISOString();
      const statement = encodeStatement({
        subject: [{ name: `urn:uuid:${subject}`, digest: { sha256: sha256Hex(canonicalBytes(data)) } }],
        predicateType: predicateOf[type] ?? predicateTypes.event,
        predicate: { type, time, actor, subject, data },
      });
      const envelope = await signEnvelope(statementPayloadType, statement, [signer]);
      const salt = derived(`salt ${index}`);
      const linked = linkLeaf({ type, time, subj: subject, cmt: commitmentTo(envelope, salt) }, ends.get(subject));
      ends.set(subject, linked.end);
      waiting.push(linked.bytes);
      if (waiting.length >= batch) await flush();
      return { index, seq: linked.end.seq, type, time, actor, data, subject, leaf: linked.bytes, salt, envelope };
    },
  };
}
