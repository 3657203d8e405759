import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { parseStrictJson } from '../../core/canonical-json.ts';
import { AppError } from '../../core/error.ts';
import { parseEnvelope, preAuthEncoding } from '../../ledger/attestations/dsse.ts';
import { fromBase64, fromUtf8 } from '../../ledger/bytes.ts';
import { keyFingerprint } from '../../ledger/keys/ed25519.ts';
import { asObject, integerAt, optionalTextAt, textAt } from '../fields.ts';
import type { ChainEvent } from '../replay/history.ts';

type EnrolledKey = { readonly keyid: string; readonly key: KeyObject; readonly from: number; until?: number };

/** A key of a ring as plain data. */
export type PlainKey = {
  readonly keyid: string;
  readonly publicKey: Uint8Array;
  readonly from: number;
  readonly until?: number;
};

/** An envelope's payload, and the id of the key that signed it. */
export type Opened = { readonly payloadType: string; readonly payload: Uint8Array; readonly keyid: string };

/** The keys that may sign, each for the positions of the log at which it was enrolled and not yet retired. */
export type KeyRing = {
  /** The payload of an envelope that a key enrolled at that position has signed; throws check_failed otherwise. */
  open(envelope: Uint8Array, index: number): Opened;
  /** Follows a `key.rotated` event: a new key counts for the leaves behind it, a retired one no longer. */
  rotate(event: ChainEvent): void;
  /** The keys of the ring, to make the same ring elsewhere. */
  plain(): PlainKey[];
};

/**
 * A ring with the founding key of keys.jsonl: the one whose line says `from` 0. It proves nothing by being listed; it
 * counts because the log's first event of the system chain is signed by it.
 */
export function openKeyRing(lines: readonly Uint8Array[]): KeyRing {
  const listed = lines.map(parseKeyLine);
  const founding = listed.filter((key) => key.from === 0);
  const [first] = founding;
  if (first === undefined || founding.length > 1)
    throw new AppError('check_failed', 'provenance/keys.jsonl does not list exactly one founding key');
  return ringOf([first]);
}

/** The ring that `plain` described. */
export function keyRingOf(plain: readonly PlainKey[]): KeyRing {
  return ringOf(plain.map(({ publicKey, ...one }) => ({ ...one, key: keyObject(publicKey) })));
}

function ringOf(keys: EnrolledKey[]): KeyRing {
  return {
    open: (envelope, index) => openEnvelopeAt(keys, envelope, index),
    rotate: (event) => {
      const where = `leaf ${event.index} (key.rotated)`;
      const retires = optionalTextAt(event.data, 'retires', where);
      for (const known of keys) if (known.keyid === retires) known.until = event.index;
      keys.push({
        ...readKey(textAt(event.data, 'publicKey', where), textAt(event.data, 'keyid', where), where),
        from: event.index + 1,
      });
    },
    plain: () => keys.map(({ key, ...one }) => ({ ...one, publicKey: rawKey(key) })),
  };
}

function openEnvelopeAt(keys: readonly EnrolledKey[], bytes: Uint8Array, index: number): Opened {
  const { payloadType, payload, signatures } = parseEnvelope(bytes);
  const message = preAuthEncoding(payloadType, payload);
  const enrolled = keys.filter((key) => key.from <= index && index <= (key.until ?? index));
  for (const { signature } of signatures)
    for (const { key, keyid } of enrolled)
      if (signature.length === 64 && verify(null, message, key, signature)) return { payloadType, payload, keyid };
  const named = signatures.map((one) => one.keyid?.slice(0, 16) ?? 'no key').join(', ');
  throw new AppError('check_failed', `its envelope is signed by no key enrolled at leaf ${index} (it names ${named})`);
}

function parseKeyLine(line: Uint8Array): EnrolledKey {
  const where = 'a line of provenance/keys.jsonl';
  const entry = asObject(parseStrictJson(fromUtf8(line) ?? ''), where);
  const key = readKey(textAt(entry, 'publicKey', where), textAt(entry, 'keyid', where), where);
  return { ...key, from: integerAt(entry, 'from', where) };
}

function readKey(encoded: string, keyid: string, where: string): { keyid: string; key: KeyObject } {
  const publicKey = fromBase64(encoded);
  if (publicKey?.length !== 32)
    throw new AppError('check_failed', `${where}: publicKey is not an Ed25519 key in base64`);
  if (keyFingerprint(publicKey) !== keyid) throw new AppError('check_failed', `${where}: keyid is not that of the key`);
  return { keyid, key: keyObject(publicKey) };
}

function keyObject(publicKey: Uint8Array): KeyObject {
  const x = Buffer.from(publicKey).toString('base64url');
  return createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } });
}

function rawKey(key: KeyObject): Uint8Array {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
}
