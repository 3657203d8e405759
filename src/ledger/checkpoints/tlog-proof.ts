import { AppError } from '../../core/error.ts';
import { fromBase64, fromUtf8, parseDecimal, toBase64 } from '../bytes.ts';
import { verifyInclusion } from '../tree/proof.ts';
import { type Hash, leafHash } from '../tree/tree.ts';
import { type JudgedCheckpoint, judgeCheckpoint, type Policy } from './policy.ts';

/** C2SP tlog-proof@v1: one leaf's inclusion in a signed checkpoint, in one text file (`.tlog-proof`). */
export type LogProof = {
  readonly index: number;
  readonly proof: readonly Hash[];
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string;
  /** Not authenticated by anything: never a ground for trust. */
  readonly extra?: Uint8Array;
};

const header = 'c2sp.org/tlog-proof@v1';
const maxProofHashes = 63;

/** The text of the proof file. */
export function formatLogProof({ index, proof, checkpoint, extra }: LogProof): string {
  const extraLine = extra === undefined ? '' : `extra ${toBase64(extra)}\n`;
  const hashes = proof.map((hash) => `${toBase64(hash)}\n`).join('');
  return `${header}\n${extraLine}index ${index}\n${hashes}\n${checkpoint}`;
}

/** The parts of a proof file, nothing verified; throws check_failed if it is malformed. */
export function parseLogProof(file: Uint8Array | string): LogProof {
  const text = typeof file === 'string' ? file : fromUtf8(file);
  if (text === undefined) throw malformed('it is not UTF-8');
  const blank = text.indexOf('\n\n');
  if (blank < 0) throw malformed('no empty line stands before the checkpoint');
  const [first, ...lines] = text.slice(0, blank).split('\n');
  if (first !== header) throw malformed(`its first line is not ${header}`);
  const extra = lines[0]?.startsWith('extra ') ? parseExtra(lines.shift() ?? '') : undefined;
  const indexLine = lines.shift() ?? '';
  const index = indexLine.startsWith('index ') ? parseDecimal(indexLine.slice('index '.length)) : undefined;
  if (index === undefined) throw malformed(`${JSON.stringify(indexLine)} is not "index <decimal>"`);
  if (lines.length > maxProofHashes) throw malformed(`it has more than ${maxProofHashes} proof lines`);
  const rest = { index, proof: lines.map(parseHash), checkpoint: text.slice(blank + 2) };
  return extra === undefined ? rest : { ...rest, extra };
}

function parseExtra(line: string): Uint8Array {
  const extra = fromBase64(line.slice('extra '.length));
  if (extra === undefined) throw malformed('its extra line is not base64');
  return extra;
}

function parseHash(line: string): Hash {
  const hash = fromBase64(line);
  if (hash?.length !== 32) throw malformed(`${JSON.stringify(line)} is not a hash in base64`);
  return hash;
}

/**
 * The checkpoint under which the leaf's bytes are in the log at the proof's index, with the policy's verdict on its
 * witnesses: signature of a log of the policy, known witnesses' signatures and inclusion verified. Throws check_failed
 * otherwise; a missing quorum is a verdict, not an error.
 */
export function verifyLogProof(
  { index, proof, checkpoint }: LogProof,
  leaf: Uint8Array,
  policy: Policy,
): JudgedCheckpoint {
  const head = judgeCheckpoint(checkpoint, policy);
  if (!verifyInclusion({ index, size: head.size, leaf: leafHash(leaf), root: head.root, proof }))
    throw new AppError(
      'check_failed',
      `The leaf is not at index ${index} of the log ${head.origin} at size ${head.size}.`,
    );
  return head;
}

function malformed(why: string): AppError {
  return new AppError('check_failed', `Not a log proof: ${why}.`);
}
