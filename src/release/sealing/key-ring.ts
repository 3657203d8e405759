import type { Context } from '../../context/context.ts';
import { canonicalBytes } from '../../core/canonical-json.ts';
import { AppError } from '../../core/error.ts';
import { toBase64 } from '../../ledger/bytes.ts';
import { systemEventsOf } from '../../ledger/chains.ts';
import { ed25519Note, type VerifierKey, verifierKey } from '../../ledger/checkpoints/vkey.ts';
import { keyFingerprint } from '../../ledger/keys/ed25519.ts';
import type { Ledger } from '../../ledger/service.ts';
import { type KeyRing, openKeyRing } from '../../verify/chains/keys.ts';
import { openChain } from '../data/source-chain.ts';

/** The line of provenance/keys.jsonl: the founding key, without its newline. */
export function foundingKeyLine({ keys }: Ledger): Uint8Array {
  const [publicKey] = keys.history();
  if (publicKey === undefined) throw new AppError('internal', 'A log has at least one key.');
  return canonicalBytes({ from: 0, keyid: keyFingerprint(publicKey), publicKey: toBase64(publicKey) });
}

/** All keys under which readers may meet checkpoints of this log, newest first. */
export function checkpointKeys({ origin, keys }: Ledger): VerifierKey[] {
  return keys
    .history()
    .map((publicKey) => verifierKey(origin, ed25519Note, publicKey))
    .reverse();
}

/** The keys of the log as its own history gives them: the founding one, then every change that the key before signed. */
export async function logKeyRing(ctx: Context): Promise<KeyRing> {
  const ring = openKeyRing([foundingKeyLine(ctx.ledger)]);
  const rotations = (await systemEventsOf(ctx, 'key.rotated')).filter((event) => event.index !== undefined);
  for (const [i, event] of (openChain(rotations) ?? []).entries()) {
    const { opening } = rotations[i] ?? {};
    if (opening !== undefined && isGenuine(ring, opening.envelope, event.index)) ring.rotate(event);
  }
  return ring;
}

function isGenuine(ring: KeyRing, envelope: Uint8Array, index: number): boolean {
  try {
    ring.open(envelope, index);
    return true;
  } catch {
    return false; // whoever checks the chain itself names this event
  }
}
