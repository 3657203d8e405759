import { parseStrictJson } from '../../core/canonical-json.ts';
import { AppError } from '../../core/error.ts';
import { fromBase64, fromUtf8 } from '../../ledger/bytes.ts';
import type { Hash } from '../../ledger/tree/tree.ts';
import { asObject, integerAt, textAt } from '../fields.ts';
import { type Split, splits } from './row.ts';

/**
 * A line of provenance/records.jsonl: what the seal says stands at this place of the release. The lines are in the
 * order of the rows (training, then validation); the seal holds their root.
 */
export type SealedRecord = {
  readonly id: string;
  readonly subject: string;
  readonly split: Split;
  /** Index of the approval's leaf. */
  readonly leaf: number;
  /** Position of the chain's last event before the seal. */
  readonly end: number;
  /** RFC 6962 leaf hash of the row's line. */
  readonly row: Hash;
};

/** The record of a line; throws check_failed for anything else. */
export function parseRecord(bytes: Uint8Array): SealedRecord {
  const where = 'the record';
  const text = fromUtf8(bytes);
  if (text === undefined) throw new AppError('check_failed', `${where} is not UTF-8`);
  const record = asObject(parseStrictJson(text), where);
  const row = fromBase64(textAt(record, 'row', where));
  const split = splits.find((one) => one === record.split);
  if (row?.length !== 32 || split === undefined)
    throw new AppError('check_failed', `${where} has no row hash or no split`);
  return {
    id: textAt(record, 'id', where),
    subject: textAt(record, 'subj', where),
    split,
    leaf: integerAt(record, 'leaf', where),
    end: integerAt(record, 'end', where),
    row,
  };
}
