import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Head } from '../../ledger/checkpoints/checkpoint.ts';
import { decodeLeaf } from '../../ledger/leaves/leaf.ts';
import { checkTiles } from '../../ledger/tiles/check.ts';
import { directoryTiles } from '../../ledger/tiles/source.ts';
import type { Collector } from '../report.ts';

/** What the log holds of one listed example, counted from its entry bundles. */
export type Listed = {
  readonly id: string;
  readonly position: number;
  /** Leaves before the seal. */
  leaves: number;
  /** Types of leaves behind the seal that end or reopen the example. */
  later: string[];
};

const ending = new Set(['example.rejected', 'example.withdrawn', 'erasure.executed']);

/**
 * V5, and the counting for V9 and V14: one pass over all tiles and, where the export holds them, all entry bundles.
 * Returns false if it holds none: then nothing can be said about leaves the export does not show.
 */
export async function scanLog(
  provenance: string,
  {
    head,
    sealIndex,
    listed,
    collect,
  }: { head: Head; sealIndex: number; listed: Map<string, Listed>; collect: Collector },
): Promise<boolean> {
  const entries = await stat(join(provenance, 'tile', 'entries')).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const onLeaf = (index: number, bytes: Uint8Array): void => {
    const leaf = decodeLeaf(bytes);
    const example = listed.get(leaf.subj);
    if (example === undefined) return;
    if (index < sealIndex) example.leaves++;
    else if (ending.has(leaf.type)) example.later.push(leaf.type);
  };
  await collect.attempt('V5', 'provenance/tile', () =>
    checkTiles(directoryTiles(provenance), { size: head.size, root: head.root, entries, onLeaf }),
  );
  return entries;
}
