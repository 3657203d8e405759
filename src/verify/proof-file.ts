import { readFile } from 'node:fs/promises';
import { parseStrictJson } from '../core/canonical-json.ts';
import { AppError } from '../core/error.ts';
import { parseEnvelope } from '../ledger/attestations/dsse.ts';
import { decodeStatement } from '../ledger/attestations/statement.ts';
import { fromBase64, fromUtf8 } from '../ledger/bytes.ts';
import type { Policy } from '../ledger/checkpoints/policy.ts';
import { parseLogProof, verifyLogProof } from '../ledger/checkpoints/tlog-proof.ts';
import { opensCommitment } from '../ledger/leaves/commitment.ts';
import { decodeLeaf, type Leaf } from '../ledger/leaves/leaf.ts';
import { asObject, type JsonObject, textAt } from './fields.ts';
import { readPolicyFile } from './policy-file.ts';

/** The JSON in `extra` of the proofs made here: {"v","leaf", and if it may be shown "salt","envelope"}, in base64. */
export const proofVersion = 'cts-proof/1';

export type ProofReport = {
  readonly v: 'cts-proof-report/1';
  /** incomplete: in the log, but too few witnesses for the policy, or its contents are not shown. */
  readonly result: 'passed' | 'incomplete';
  readonly exitCode: 0 | 3;
  readonly index: number;
  readonly size: number;
  readonly origin: string;
  readonly leaf: Pick<Leaf, 'type' | 'time' | 'subj' | 'seq'>;
  /** What happened, as the envelope that the leaf commits to says. */
  readonly event?: { readonly actor: string; readonly data: JsonObject };
  readonly notes: readonly string[];
};

/**
 * Checks one proof file against a policy: log signature and witnesses of its head, the leaf's inclusion at its index,
 * and that the envelope in it is the one the leaf commits to. Throws check_failed for anything that does not fit.
 */
export function verifyProofFile(file: Uint8Array, policy: Policy): ProofReport {
  const parsed = parseLogProof(file);
  const { index, extra } = parsed;
  if (extra === undefined) throw new AppError('check_failed', 'The proof holds no leaf: there is nothing to check.');
  const shown = asObject(parseStrictJson(fromUtf8(extra) ?? ''), 'extra');
  if (textAt(shown, 'v', 'extra') !== proofVersion)
    throw new AppError(
      'invalid_input',
      `The proof's extra is ${String(shown.v)}; this verifier reads ${proofVersion}.`,
    );
  const bytes = bytesAt(shown, 'leaf');
  const head = verifyLogProof(parsed, bytes, policy);
  const leaf = decodeLeaf(bytes);
  const event = shown.envelope === undefined ? undefined : readEvent(shown, leaf);
  const notes = [
    ...(head.quorumMet ? [] : ['Too few witnesses have signed the head for this policy.']),
    ...(event === undefined ? ['The proof does not show what the leaf commits to.'] : []),
  ];
  const { type, time, subj, seq } = leaf;
  return {
    v: 'cts-proof-report/1',
    result: notes.length === 0 ? 'passed' : 'incomplete',
    exitCode: notes.length === 0 ? 0 : 3,
    index,
    size: head.size,
    origin: head.origin,
    leaf: { type, time, subj, seq },
    ...(event === undefined ? {} : { event }),
    notes,
  };
}

/** As `verifyProofFile`, with both read from disk. A proof carries no policy of its own, so one must be given. */
export async function readProofFile(path: string, policy: string | undefined): Promise<ProofReport> {
  if (policy === undefined)
    throw new AppError('invalid_input', `${path} is a proof: name with --policy the file of keys that you trust.`);
  return verifyProofFile(await readFile(path), await readPolicyFile(policy));
}

function readEvent(shown: JsonObject, leaf: Leaf): NonNullable<ProofReport['event']> {
  const envelope = bytesAt(shown, 'envelope');
  if (!opensCommitment(leaf.cmt, envelope, bytesAt(shown, 'salt')))
    throw new AppError('check_failed', 'The envelope in the proof is not the one that the leaf commits to.');
  const { predicate } = decodeStatement(parseEnvelope(envelope).payload);
  const said = [predicate.type, predicate.time, predicate.subject].join();
  if (said !== [leaf.type, leaf.time, leaf.subj].join())
    throw new AppError('check_failed', 'The envelope in the proof tells of another event than its leaf.');
  return { actor: textAt(predicate, 'actor', 'the envelope'), data: asObject(predicate.data, 'the data') };
}

function bytesAt(object: JsonObject, key: string): Uint8Array {
  const bytes = fromBase64(textAt(object, key, 'extra'));
  if (bytes === undefined) throw new AppError('check_failed', `extra.${key} is not base64`);
  return bytes;
}

/** The report for people. */
export function proofText({ index, size, origin, leaf, event, notes, result }: ProofReport): string {
  return [
    `Leaf ${index} of the log ${origin} (${size} leaves): ${leaf.type}, ${leaf.time}, event ${leaf.seq} of ${leaf.subj}.`,
    ...(event === undefined ? [] : [`Recorded by ${event.actor}: ${JSON.stringify(event.data)}`]),
    ...notes.map((note) => `Note: ${note}`),
    result === 'passed' ? 'Verified: this event is in the log as shown.' : 'Incomplete: see the notes.',
    '',
  ].join('\n');
}
