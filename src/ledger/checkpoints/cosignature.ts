import { AppError } from '../../core/error.ts';
import { concat, utf8 } from '../bytes.ts';
import { type Signer, verifyEd25519 } from '../keys/ed25519.ts';

/** C2SP tlog-cosignature, Ed25519 (version 1): eight bytes of time, then the signature. */
const blobBytes = 72;
const maxTime = 2n ** 63n - 1n;

/** The bytes a witness signs over a checkpoint's text at a POSIX time in seconds. */
export function cosignatureMessage(time: bigint, text: string): Uint8Array {
  return utf8(`cosignature/v1\ntime ${time}\n${text}`);
}

/** The signature blob (without key id) of a witness over a checkpoint's text; time in seconds, 1 to 2^63−1. */
export async function cosign(signer: Signer, time: bigint, text: string): Promise<Uint8Array> {
  if (time < 1n || time > maxTime) throw new AppError('invalid_input', `A cosignature cannot carry the time ${time}.`);
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(time);
  return concat(stamp, await signer.sign(cosignatureMessage(time, text)));
}

/** The time (POSIX seconds) a valid cosignature vouches for; undefined if it is not one of this key over this text. */
export function verifyCosignature(publicKey: Uint8Array, text: string, blob: Uint8Array): bigint | undefined {
  if (blob.length !== blobBytes) return undefined;
  const time = Buffer.from(blob).readBigUInt64BE(0);
  if (time > maxTime) return undefined;
  return verifyEd25519(publicKey, cosignatureMessage(time, text), blob.subarray(8)) ? time : undefined;
}
