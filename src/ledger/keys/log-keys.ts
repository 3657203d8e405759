import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../core/error.ts';
import type { Database } from '../../db/database.ts';
import { sameBytes } from '../bytes.ts';
import { keyFingerprint, type Signer } from './ed25519.ts';
import { createKeyFile, openKeyFile } from './key-file.ts';
import { insertLogKey, type LogKeyRow, readLogKeys } from './store.ts';

/** Signs envelopes. */
export type EnvelopeSigner = Signer & {
  /** The key that the database names for the events of a transaction; absent if it can never change. */
  named?(keyid: string | undefined): Signer;
};

/** A key whose secret is here. */
export type HeldKey = LogKeyRow & { readonly signer: Signer };

/**
 * The keys of a log. Which one signs is kept in the database, so that it changes in the very transaction that records
 * the change; their files are `log.key`, `log.2.key`, `log.3.key`… The one before is kept signing checkpoints beside the
 * new one for as long as its file is there.
 */
export type LogKeys = {
  readonly signer: EnvelopeSigner;
  /** The key that signs checkpoints. */
  current(): Signer;
  /** All public keys, oldest first. */
  history(): readonly Uint8Array[];
  /** Former keys whose files are still there. */
  beside(): readonly Signer[];
  /** The next key in its file, made now or by a change that was interrupted. Nothing is signed with it yet. */
  prepare(): Promise<HeldKey>;
  /** Takes over a prepared key, once the transaction that made it the log's has committed. */
  adopt(next: HeldKey): void;
};

type Place = { readonly directory: string; readonly passphrase?: string | undefined };

/**
 * The keys as the database has them. With `fresh`, the founding key is made; otherwise a missing one is an error, and so
 * is a file with another key than the database names.
 */
export async function openLogKeys(db: Database, place: Place, fresh: boolean): Promise<LogKeys> {
  const rows = await readLogKeys(db);
  if (rows.length === 0) {
    const path = pathOf(place, 0);
    const signer = await (fresh ? createKeyFile(path, place.passphrase) : openKeyFile(path, place.passphrase));
    const founding = { ordinal: 0, keyid: keyFingerprint(signer.publicKey), publicKey: signer.publicKey };
    await insertLogKey(db, founding);
    rows.push(founding);
  }
  const held: HeldKey[] = [];
  for (const row of rows)
    if (row.ordinal === rows.length - 1 || existsSync(pathOf(place, row.ordinal))) held.push(await openRow(place, row));
  return keysOf(place, rows, held);
}

function pathOf({ directory }: Place, ordinal: number): string {
  return join(directory, ordinal === 0 ? 'log.key' : `log.${ordinal + 1}.key`);
}

async function openRow(place: Place, row: LogKeyRow): Promise<HeldKey> {
  const path = pathOf(place, row.ordinal);
  const signer = await openKeyFile(path, place.passphrase);
  if (sameBytes(signer.publicKey, row.publicKey)) return { ...row, signer };
  throw new AppError(
    'check_failed',
    `The key file ${path} is not key ${row.ordinal + 1} of this log, ${row.keyid.slice(0, 16)}…: database and keys do not belong together. Restore both from the same backup.`,
  );
}

function keysOf(place: Place, rows: LogKeyRow[], held: HeldKey[]): LogKeys {
  const last = (): HeldKey => {
    const current = held.at(-1);
    if (current === undefined) throw new AppError('internal', 'A log has at least one key.');
    return current;
  };
  let prepared: HeldKey | undefined;
  return {
    signer: {
      get publicKey() {
        return last().publicKey;
      },
      sign: (message) => last().signer.sign(message),
      named: (keyid) => {
        const key = [last(), prepared].find((one) => one?.keyid === keyid);
        if (key !== undefined) return key.signer;
        throw new AppError(
          'unavailable',
          'The key of the log was changed by another process. Stop this one and start it again.',
        );
      },
    },
    current: () => last().signer,
    history: () => rows.map((row) => row.publicKey),
    beside: () =>
      held
        .slice(0, -1)
        .filter(({ ordinal }) => existsSync(pathOf(place, ordinal)))
        .map(({ signer }) => signer)
        .reverse(),
    prepare: async () => {
      const ordinal = rows.length;
      const path = pathOf(place, ordinal);
      const signer = await (existsSync(path)
        ? openKeyFile(path, place.passphrase)
        : createKeyFile(path, place.passphrase));
      prepared = { ordinal, keyid: keyFingerprint(signer.publicKey), publicKey: signer.publicKey, signer };
      return prepared;
    },
    adopt: (next) => {
      rows.push(next);
      held.push(next);
    },
  };
}
