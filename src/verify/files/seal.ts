import { AppError } from '../../core/error.ts';
import { fromBase64 } from '../../ledger/bytes.ts';
import type { Hash } from '../../ledger/tree/tree.ts';
import { integerAt, type JsonObject, objectAt, textAt } from '../fields.ts';
import type { ChainEvent } from '../replay/history.ts';
import { unsupported } from '../replay/rules.ts';

export const sealVersion = 'cts-seal/1';

export type Counts = {
  readonly rows: number;
  readonly train: number;
  readonly validation: number;
  readonly preferences: number;
};

/** What a `dataset.sealed` event commits to. */
export type Seal = {
  readonly index: number;
  readonly time: string;
  readonly release: string;
  /** SHA-256 of MANIFEST.json, hex. */
  readonly manifest: string;
  /** Digest of the profile whose published policy the release was judged by. */
  readonly policy: string;
  readonly counts: Counts;
  /** RFC 6962 roots over the lines of the data files and of provenance/records.jsonl. */
  readonly roots: { readonly dataset: Hash; readonly records: Hash; readonly preferences: Hash };
  readonly createdBy: string;
  readonly approvedBy: string;
};

/** The seal of an event; throws check_failed if it lacks a field. */
export function readSeal({ index, time, data }: ChainEvent): Seal {
  const where = `leaf ${index} (dataset.sealed)`;
  const version = textAt(data, 'v', where);
  if (version !== sealVersion) throw unsupported(where, version, sealVersion);
  const roots = objectAt(data, 'roots', where);
  return {
    index,
    time,
    release: textAt(data, 'release', where),
    manifest: textAt(data, 'manifest', where),
    policy: textAt(data, 'policy', where),
    counts: readCounts(objectAt(data, 'counts', where), where),
    roots: {
      dataset: hashAt(roots, 'dataset', where),
      records: hashAt(roots, 'records', where),
      preferences: hashAt(roots, 'preferences', where),
    },
    createdBy: textAt(data, 'createdBy', where),
    approvedBy: textAt(data, 'approvedBy', where),
  };
}

export function readCounts(counts: JsonObject, where: string): Counts {
  return {
    rows: integerAt(counts, 'rows', where),
    train: integerAt(counts, 'train', where),
    validation: integerAt(counts, 'validation', where),
    preferences: integerAt(counts, 'preferences', where),
  };
}

function hashAt(object: JsonObject, key: string, where: string): Hash {
  const hash = fromBase64(textAt(object, key, where));
  if (hash?.length !== 32) throw new AppError('check_failed', `${where}.${key} is not a hash in base64`);
  return hash;
}
