import { canonicalBytes } from '../../src/core/canonical-json.ts';
import { type Bytes, concat, fromBase64, toHex, utf8 } from './bytes.ts';
import { checkEd25519, type SignatureState } from './ed25519.ts';
import { VerifyError } from './fault.ts';
import { type Data, isObject } from './fields.ts';
import { sha256 } from './hash.ts';
import { type Leaf, parseObject } from './leaf.ts';

/** What a signed envelope says of its event. */
export type Said = { readonly actor: string; readonly data: Data };

/** More than any sign-off has; each costs a verification for every key. */
const maxSignatures = 16;
const payloadType = 'application/vnd.in-toto+json';
const statementType = 'https://in-toto.io/Statement/v1';

/**
 * What the envelope of a leaf says (DSSE v1, CTS §3.3), if one of its signatures is of one of the keys, and if its statement is
 * about the very event that the leaf shows. Throws envelope-malformed, envelope-signature, envelope-leaf or
 * statement-digest.
 */
export async function openEnvelope(
  bytes: Bytes,
  publicKeys: readonly Bytes[],
  leaf: Leaf,
): Promise<Said & { signature: Exclude<SignatureState, 'bad'> }> {
  const envelope = parseObject(bytes);
  const payload = base64Field(envelope?.payload);
  if (payload === undefined || envelope?.payloadType !== payloadType) throw new VerifyError('envelope-malformed');
  const signature = await signedBy(publicKeys, payload, envelope.signatures);
  const said = await readStatement(payload, leaf);
  return { ...said, signature };
}

async function signedBy(
  publicKeys: readonly Bytes[],
  payload: Bytes,
  signatures: unknown,
): Promise<Exclude<SignatureState, 'bad'>> {
  if (!Array.isArray(signatures) || signatures.length === 0) throw new VerifyError('envelope-malformed');
  const message = concat(utf8(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `), payload);
  for (const one of signatures.slice(0, maxSignatures)) {
    const signature = base64Field(isObject(one) ? one.sig : undefined);
    if (signature === undefined) throw new VerifyError('envelope-malformed');
    for (const publicKey of publicKeys) {
      const state = await checkEd25519(publicKey, message, signature);
      if (state !== 'bad') return state;
    }
  }
  throw new VerifyError('envelope-signature');
}

async function readStatement(payload: Bytes, leaf: Leaf): Promise<Said> {
  const { _type, subject, predicate } = parseObject(payload) ?? {};
  if (_type !== statementType || !isObject(predicate)) throw new VerifyError('envelope-malformed');
  const { type, time, actor, data } = predicate;
  if (typeof actor !== 'string' || !isObject(data)) throw new VerifyError('envelope-malformed');
  if (type !== leaf.type || time !== leaf.time || predicate.subject !== leaf.subject)
    throw new VerifyError('envelope-leaf');
  const named: unknown = Array.isArray(subject) && subject.length === 1 ? subject[0] : undefined;
  const digest = isObject(named) && isObject(named.digest) ? named.digest.sha256 : undefined;
  const about = isObject(named) ? named.name : undefined;
  if (about !== `urn:uuid:${leaf.subject}`) throw new VerifyError('envelope-leaf');
  if (digest !== toHex(await sha256(new Uint8Array(canonicalBytes(data))))) throw new VerifyError('statement-digest');
  return { actor, data };
}

/** Bytes in either base64 alphabet, padded or not, as DSSE allows. */
function base64Field(value: unknown): Bytes | undefined {
  if (typeof value !== 'string') return undefined;
  const plain = value.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  return fromBase64(plain.padEnd(Math.ceil(plain.length / 4) * 4, '='));
}
