import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Context } from '../../context/context.ts';
import { canonicalBytes } from '../../core/canonical-json.ts';
import { eventData } from '../../ledger/actions.ts';
import { toBase64 } from '../../ledger/bytes.ts';
import { chainsOf, systemChain } from '../../ledger/chains.ts';
import { erasureType } from '../../ledger/event-types.ts';
import type { Log } from '../../ledger/log/log.ts';
import type { StoredEvent } from '../../ledger/stored-event.ts';
import { tilePath, tilesOfSize } from '../../ledger/tiles/path.ts';
import { readHashes, readLeaves } from '../../ledger/tiles/source.ts';
import { encodeEntries, encodeHashTile } from '../../ledger/tiles/tiles.ts';
import { noWitnesses, policyText } from '../../ledger/witnesses/policy.ts';
import { type LineFile, openLineFile } from '../data/line-file.ts';
import type { Anchor, CreateRelease } from '../schema.ts';
import { checkpointKeys, foundingKeyLine } from './key-ring.ts';

/** System events that an export opens, because checks hang on them; of all others it shows the leaves only. */
const openedTypes = new Set(['reviewer.enrolled', 'reviewer.revoked', 'key.rotated', 'policy.published']);

export type ProvenanceInput = {
  readonly directory: string;
  readonly release: string;
  readonly anchor: Anchor;
  readonly leaves: CreateRelease['leaves'];
  readonly log: Log;
  /** Subjects of the records, in their order. */
  readonly subjects: readonly string[];
};

const chunkSize = 200;

/** Writes everything of provenance/ but records.jsonl: head, policy, keys, tiles as of the anchor, openings. */
export async function writeProvenance(ctx: Context, input: ProvenanceInput): Promise<void> {
  const { directory, anchor } = input;
  const at = (name: string): string => join(directory, 'provenance', name);
  await mkdir(at('tile'), { recursive: true });
  await writeFile(at('checkpoint'), anchor.checkpoint);
  await writeFile(at('policy.txt'), policyText(checkpointKeys(ctx.ledger), ctx.ledger.cosigner?.policy ?? noWitnesses));
  await writeFile(at('keys.jsonl'), Buffer.concat([foundingKeyLine(ctx.ledger), Buffer.from('\n')]));
  await writeTiles(input);
  const openings = await openLineFile(at('openings.jsonl'));
  try {
    await writeSystemOpenings(ctx, input, openings);
    for (let from = 0; from < input.subjects.length; from += chunkSize) {
      const subjects = input.subjects.slice(from, from + chunkSize);
      const chains = await chainsOf(ctx, subjects);
      for (const subject of subjects) await writeOpenings(chains.get(subject) ?? [], anchor, openings);
    }
  } finally {
    await openings.close();
  }
}

/** The tiles as the anchor's head implies them, whatever the log has grown to since. */
async function writeTiles({ directory, anchor, leaves, log }: ProvenanceInput): Promise<void> {
  for (const tile of tilesOfSize(anchor.size)) {
    if (tile.level === 'entries' && leaves === 'own') continue;
    const path = join(directory, 'provenance', tilePath(tile));
    await mkdir(dirname(path), { recursive: true });
    const content =
      tile.level === 'entries'
        ? encodeEntries(await readLeaves(log.tiles, anchor.size, tile.index))
        : encodeHashTile(await readHashes(log.tiles, anchor.size, tile.level, tile.index));
    await writeFile(path, content);
  }
}

/** The system chain up to the seal: enrolments, keys and policies opened, and this release's gate and seal. */
async function writeSystemOpenings(
  ctx: Context,
  { release, anchor }: ProvenanceInput,
  openings: LineFile,
): Promise<void> {
  for (const event of await systemChain(ctx)) {
    const index = positionOf(event);
    if (index > anchor.sealIndex) break;
    const own = event.type === 'gate.decided' || event.type === 'dataset.sealed';
    const opened = openedTypes.has(event.type) || (own && dataOf(event)?.release === release);
    await openings.line(openingLine(event, index, opened));
  }
}

function dataOf({ opening }: StoredEvent): ReturnType<typeof eventData> | undefined {
  return opening === undefined ? undefined : eventData(opening.envelope);
}

/** The chain up to the seal; an erased one up to its erasure, the only event of it that can be opened. */
async function writeOpenings(chain: readonly StoredEvent[], anchor: Anchor, openings: LineFile): Promise<void> {
  const last = chain.at(-1);
  const erased = last?.type === erasureType && positionOf(last) < anchor.size;
  for (const event of chain) {
    const index = positionOf(event);
    if (index < anchor.sealIndex || erased) await openings.line(openingLine(event, index, true));
  }
}

function positionOf(event: StoredEvent): number {
  if (event.index !== undefined) return event.index;
  return Number.MAX_SAFE_INTEGER; // not in the log yet, so behind any seal
}

function openingLine({ leaf, opening }: StoredEvent, index: number, opened: boolean): Uint8Array {
  const line = { index, leaf: toBase64(leaf) };
  if (!opened || opening === undefined) return canonicalBytes(line);
  return canonicalBytes({ ...line, salt: toBase64(opening.salt), envelope: toBase64(opening.envelope) });
}
