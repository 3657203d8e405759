import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalBytes } from '../core/canonical-json.ts';
import { AppError } from '../core/error.ts';
import { toBase64 } from '../ledger/bytes.ts';
import { parseCheckpoint } from '../ledger/checkpoints/checkpoint.ts';
import { parseNote } from '../ledger/checkpoints/note.ts';
import { formatLogProof } from '../ledger/checkpoints/tlog-proof.ts';
import { encodeLeaf } from '../ledger/leaves/leaf.ts';
import { directoryTiles, inclusionFromTiles } from '../ledger/tiles/source.ts';
import { type Opening, parseOpening } from './chains/opening.ts';
import { linesOf, openingsFile, readRecords } from './files/export-files.ts';
import { proofVersion } from './proof-file.ts';

export type Proof = { readonly index: number; readonly size: number; readonly text: string };

/**
 * The C2SP tlog-proof of a record's approval, from the files of an export: its leaf is in the log at that index under the
 * export's signed head. Leaf, salt and envelope travel in the proof's `extra`, so that one file is enough for a reader.
 * Throws not_found for a record that is not in the release.
 */
export async function proveRecord(directory: string, id: string): Promise<Proof> {
  const opening = await openingOf(directory, id);
  const provenance = join(directory, 'provenance');
  const checkpoint = await readFile(join(provenance, 'checkpoint'), 'utf8');
  const { size } = parseCheckpoint(parseNote(checkpoint).text);
  const { index } = opening;
  const proof = await inclusionFromTiles(directoryTiles(provenance), size, index, size);
  const text = formatLogProof({ index, proof, checkpoint, extra: canonicalBytes(extraOf(opening)) });
  return { index, size, text };
}

function extraOf({ leaf, opened }: Opening): { [key: string]: string } {
  const shown = { v: proofVersion, leaf: toBase64(encodeLeaf(leaf)) };
  if (opened === undefined) return shown;
  return { ...shown, salt: toBase64(opened.salt), envelope: toBase64(opened.envelope) };
}

async function openingOf(directory: string, id: string): Promise<Opening> {
  for await (const record of readRecords(directory)) {
    if (record.id !== id && record.subject !== id) continue;
    for await (const { bytes, number } of linesOf(directory, openingsFile)) {
      if (!bytes.includes(`"index":${record.leaf},`)) continue;
      const opening = parseOpening(bytes, number);
      if (opening.index === record.leaf) return opening;
    }
    throw new AppError('check_failed', `${openingsFile} does not show leaf ${record.leaf}. Verify the export.`);
  }
  throw new AppError('not_found', `The release in ${directory} has no record ${JSON.stringify(id)}.`);
}
