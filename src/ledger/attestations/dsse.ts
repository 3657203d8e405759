import { canonicalBytes, type JsonValue, parseStrictJson } from '../../core/canonical-json.ts';
import { AppError, messageOf } from '../../core/error.ts';
import { concat, fromBase64, fromUtf8, sameBytes, toBase64, utf8 } from '../bytes.ts';
import { keyFingerprint, type Signer, verifyEd25519 } from '../keys/ed25519.ts';

/** DSSE v1 (protocol 1.0.2) with Ed25519 keys. */

/** `keyid` only says which key to try first; it proves nothing. */
export type EnvelopeKey = { readonly keyid: string; readonly publicKey: Uint8Array };

export type EnvelopeSignature = { readonly keyid?: string; readonly signature: Uint8Array };

/** An envelope taken apart. The payload must not be acted on before `openEnvelope` has verified it. */
export type ParsedEnvelope = {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signatures: readonly EnvelopeSignature[];
};

export type OpenedEnvelope = {
  readonly payloadType: string;
  /** The verified bytes. Read these; never parse the envelope again. */
  readonly payload: Uint8Array;
  /** The distinct keys whose signatures were accepted, in the order of the signatures. */
  readonly signers: readonly EnvelopeKey[];
};

/** More signatures than any sign-off has; each may cost one verification per known key. */
const maxSignatures = 64;

/** The bytes that are signed: `DSSEv1 <length> <type> <length> <payload>`, lengths in bytes. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  return concat(utf8(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `), payload);
}

/** The bytes of a signed envelope (canonical JSON, standard base64); `keyid` is the key's fingerprint. Store as they are. */
export async function signEnvelope(
  payloadType: string,
  payload: Uint8Array,
  signers: readonly Signer[],
): Promise<Uint8Array> {
  const message = preAuthEncoding(payloadType, payload);
  const signatures = await Promise.all(
    signers.map(async (signer) => ({
      keyid: keyFingerprint(signer.publicKey),
      sig: toBase64(await signer.sign(message)),
    })),
  );
  return canonicalBytes({ payload: toBase64(payload), payloadType, signatures });
}

/** The parts of an envelope, nothing verified. Unknown fields are ignored; throws check_failed if it is malformed. */
export function parseEnvelope(bytes: Uint8Array): ParsedEnvelope {
  const { payload, payloadType, signatures } = asObject(parseJson(bytes), 'the envelope');
  if (typeof payloadType !== 'string') throw malformed('it has no payloadType');
  if (!Array.isArray(signatures) || signatures.length === 0) throw malformed('it has no signatures');
  if (signatures.length > maxSignatures) throw malformed(`it has more than ${maxSignatures} signatures`);
  return { payloadType, payload: decodeField(payload, 'payload'), signatures: signatures.map(parseSignature) };
}

function parseSignature(value: JsonValue): EnvelopeSignature {
  const { keyid, sig } = asObject(value, 'a signature');
  const signature = decodeField(sig, 'sig');
  return typeof keyid === 'string' && keyid !== '' ? { keyid, signature } : { signature };
}

/**
 * Type, payload and signers of an envelope that at least `threshold` distinct keys of `keys` have signed. A key counts
 * once however often it is listed or signs. Throws check_failed if too few signatures verify.
 */
export function openEnvelope(bytes: Uint8Array, keys: readonly EnvelopeKey[], threshold = 1): OpenedEnvelope {
  if (!Number.isInteger(threshold) || threshold < 1) {
    throw new AppError('invalid_input', `An envelope needs at least one signature; ${threshold} cannot be asked for.`);
  }
  const { payloadType, payload, signatures } = parseEnvelope(bytes);
  const message = preAuthEncoding(payloadType, payload);
  const signers: EnvelopeKey[] = [];
  for (const { keyid, signature } of signatures) {
    const byHint = [...keys.filter((key) => key.keyid === keyid), ...keys.filter((key) => key.keyid !== keyid)];
    const signer = byHint.find((key) => verifyEd25519(key.publicKey, message, signature));
    if (signer !== undefined && !signers.some((one) => sameBytes(one.publicKey, signer.publicKey)))
      signers.push(signer);
  }
  if (signers.length < threshold) {
    throw new AppError(
      'check_failed',
      `The envelope has valid signatures of ${signers.length} known keys, ${threshold} needed: it was altered or signed by others.`,
    );
  }
  return { payloadType, payload, signers };
}

/** Bytes in either base64 alphabet, padded or not, as DSSE allows. */
function decodeField(value: JsonValue | undefined, name: string): Uint8Array {
  const bytes = typeof value === 'string' ? (fromBase64(value) ?? fromOtherBase64(value)) : undefined;
  if (bytes === undefined) throw malformed(`its ${name} is not base64`);
  return bytes;
}

function fromOtherBase64(value: string): Uint8Array | undefined {
  const text = value.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  return fromBase64(text.padEnd(Math.ceil(text.length / 4) * 4, '='));
}

function parseJson(bytes: Uint8Array): JsonValue {
  const text = fromUtf8(bytes);
  if (text === undefined) throw malformed('it is not UTF-8');
  try {
    return parseStrictJson(text);
  } catch (error) {
    throw malformed(messageOf(error));
  }
}

function asObject(value: JsonValue, what: string): { [key: string]: JsonValue } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(`${what} is not an object`);
  return value;
}

function malformed(why: string): AppError {
  return new AppError('check_failed', `Not a DSSE envelope: ${why}.`);
}
