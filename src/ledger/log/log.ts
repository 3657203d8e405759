import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, messageOf } from '../../core/error.ts';
import { fromUtf8, sameBytes } from '../bytes.ts';
import { checkpointText, type Head, openCheckpoint } from '../checkpoints/checkpoint.ts';
import { parseNote, signNote } from '../checkpoints/note.ts';
import { ed25519Note, sameSigner, type VerifierKey, verifierKey } from '../checkpoints/vkey.ts';
import { createFileBatch, type FileBatch, makeDirectory, replaceFile } from '../durable-file.ts';
import type { Signer } from '../keys/ed25519.ts';
import { type Edge, edgeRoot, emptyEdge, extendEdge, readEdge } from '../tiles/edge.ts';
import { type Tile, tilePath, tileWidth } from '../tiles/path.ts';
import {
  consistencyFromTiles,
  directoryTiles,
  inclusionFromTiles,
  readLeaves,
  rootFromTiles,
  type TileSource,
} from '../tiles/source.ts';
import { refuseLongLeaf } from '../tiles/tiles.ts';
import { verifyConsistency } from '../tree/proof.ts';
import { emptyRoot, type Hash } from '../tree/tree.ts';
import { advanceHead, headPath, readHead } from './head-file.ts';
import { type CheckpointSigners, checkpointSigners, isSignedBy } from './signers.ts';

/**
 * An append-only log of leaves in a directory: C2SP tiles and entry bundles, the kept head, the signed checkpoint.
 * Order of every append: files of the tree durable, then head durable, then checkpoint signed and published. Whatever
 * lies beyond the kept head was never signed and is written over. One process at a time.
 */
export type Log = {
  /** The key that signs checkpoints now. */
  readonly key: VerifierKey;
  /** Where the log's files can be read from. */
  readonly tiles: TileSource;
  head(): Head;
  /** The signed checkpoint last published. */
  checkpoint(): string;
  /**
   * Appends leaves in this order and publishes the new head, which it returns. With `firstIndex`, only if that is the
   * index the first leaf gets (else conflict): a repeated append then cannot log a leaf twice. On code unavailable the
   * leaves are in the log but their checkpoint is not out yet (signing or writing it failed); on any other error they
   * are not in it, or the log refuses to grow until it is opened again and then tells by its size.
   */
  append(leaves: readonly Uint8Array[], options?: { firstIndex?: number }): Promise<Head>;
  /** Signs and publishes the kept head again if that is not yet out; called by append. */
  publish(): Promise<void>;
  /** Signs with these keys from now on, the first being the log's, and publishes the head again under them. */
  signWith(signers: readonly [Signer, ...Signer[]]): Promise<void>;
  leafAt(index: number): Promise<Uint8Array>;
  /** The leaves [from, to) in order, reading one bundle at a time. */
  entries(from?: number, to?: number): AsyncGenerator<Uint8Array>;
  inclusionProof(index: number, size?: number): Promise<Hash[]>;
  consistencyProof(from: number, to?: number): Promise<Hash[]>;
};

export type LogOptions = {
  readonly directory: string;
  /** Names the log and its key; a URL without scheme. */
  readonly origin: string;
  readonly signer: Signer;
  /** Former keys that still sign beside it, for readers who do not know the new one yet. */
  readonly beside?: readonly Signer[];
  /** Former public keys that do not sign any more; the checkpoint published last may still be theirs. */
  readonly former?: readonly Uint8Array[];
  /** Heads of this log kept elsewhere (database, witness, backup): the log must contain each of them. */
  readonly knownHeads?: readonly Head[];
};

/** Starts an empty log; throws conflict if the directory already holds (part of) one. */
export async function createLog(options: LogOptions): Promise<Log> {
  await makeDirectory(options.directory);
  const present = await readdir(options.directory);
  const found = present.find((name) => ['head.json', 'checkpoint', 'tile'].includes(name));
  if (found !== undefined) {
    throw new AppError(
      'conflict',
      `${options.directory} already holds a log (${found}): open it, or choose an empty directory.`,
    );
  }
  const head = { size: 0, root: emptyRoot() };
  await refuseForeignHistory(options, directoryTiles(options.directory), head);
  await advanceHead(headPath(options.directory), options.origin, undefined, head);
  return startLog(options, head, emptyEdge);
}

/**
 * Opens a log at its kept head. Throws not_found if there is none, and check_failed, having signed nothing, if its
 * files do not reach or do not give that head, or if the published checkpoint or a known head is not contained in it:
 * the directory was then restored from an old copy or altered.
 */
export async function openLog(options: LogOptions): Promise<Log> {
  const source = directoryTiles(options.directory);
  const head = await readHead(headPath(options.directory), options.origin);
  if (head === undefined) {
    throw new AppError('not_found', `${options.directory} holds no log head: create a log there, or restore it whole.`);
  }
  const edge = await readEdge(source, head.size);
  if (!sameBytes(edgeRoot(edge), head.root)) {
    throw new AppError(
      'check_failed',
      `The tiles in ${options.directory} do not give the kept head of size ${head.size}: restore them.`,
    );
  }
  await refuseForeignHistory(options, source, head);
  return startLog(options, head, edge);
}

/** Every head seen of this log must be a prefix of the one about to be signed. */
async function refuseForeignHistory(options: LogOptions, source: TileSource, head: Head): Promise<void> {
  const published = await readPublished(options, source);
  for (const known of [...(options.knownHeads ?? []), ...(published === undefined ? [] : [published])]) {
    if (known.size > head.size) {
      throw new AppError(
        'check_failed',
        `A head of size ${known.size} of the log ${options.origin} is known, but ${options.directory} ends at ${head.size}: ` +
          'it was restored from an old copy. Signing on would fork the log; restore the newest copy.',
      );
    }
    if (!sameBytes(await rootFromTiles(source, head.size, known.size), known.root)) {
      throw new AppError(
        'check_failed',
        `The known head of size ${known.size} is not one of the log in ${options.directory}: they are forks.`,
      );
    }
  }
}

async function readPublished(options: LogOptions, source: TileSource): Promise<Head | undefined> {
  const bytes = await source.read('checkpoint');
  if (bytes === undefined) return undefined;
  const { directory, origin, former = [] } = options;
  const [{ key }, ...beside] = signersOf(options);
  const others = former.map((publicKey) => verifierKey(origin, ed25519Note, publicKey));
  const known = [key, ...beside.map((signer) => signer.key), ...others];
  const { signatures } = parseNote(bytes);
  const signedBy = known.find((one) => signatures.some((signature) => sameSigner(one, signature)));
  try {
    return openCheckpoint(bytes, signedBy ?? key, known);
  } catch (error) {
    throw new AppError(
      'check_failed',
      `The checkpoint published in ${directory} is not by this log's key: ${messageOf(error)}`,
    );
  }
}

function signersOf({ origin, signer, beside = [] }: LogOptions): CheckpointSigners {
  return checkpointSigners(origin, [signer, ...beside]);
}

type State = {
  head: Head;
  edge: Edge;
  checkpoint: string;
  signers: CheckpointSigners;
  readonly files: FileBatch;
  broken?: string;
};

async function startLog(options: LogOptions, head: Head, edge: Edge): Promise<Log> {
  const tiles = directoryTiles(options.directory);
  const published = await tiles.read('checkpoint');
  const checkpoint = published === undefined ? '' : (fromUtf8(published) ?? '');
  const signers = signersOf(options);
  const state: State = { head, edge, checkpoint, signers, files: createFileBatch(options.directory) };
  let last: Promise<unknown> = publish(options, state);
  await last;
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const run = last.then(work, work); // an append that failed was reported to its caller and must not stop the next
    last = run;
    return run;
  };
  return {
    get key() {
      return state.signers[0].key;
    },
    tiles,
    head: () => state.head,
    checkpoint: () => state.checkpoint,
    append: (leaves, { firstIndex } = {}) => inTurn(() => appendLeaves(options, state, leaves, firstIndex)),
    publish: () => inTurn(() => publish(options, state)),
    signWith: (signers) =>
      inTurn(() => {
        state.signers = checkpointSigners(options.origin, signers);
        return publish(options, state);
      }),
    ...readers(tiles, () => state.head.size),
  };
}

function readers(
  tiles: TileSource,
  currentSize: () => number,
): Pick<Log, 'leafAt' | 'entries' | 'inclusionProof' | 'consistencyProof'> {
  return {
    leafAt: async (index) => {
      const size = currentSize();
      refuseOutside(index, size - 1, `The log has ${size} leaves; there is none at ${index}.`);
      const leaf = (await readLeaves(tiles, size, Math.floor(index / tileWidth)))[index % tileWidth];
      if (leaf === undefined) throw new AppError('internal', `Bundle of leaf ${index} is narrower than its width.`);
      return leaf;
    },
    entries: async function* (from = 0, to = currentSize()) {
      const size = currentSize();
      refuseOutside(to, size, `The log has ${size} leaves; it cannot be read up to ${to}.`);
      refuseOutside(from, to, `The log cannot be read from ${from} to ${to}.`);
      for (let start = from - (from % tileWidth); start < to; start += tileWidth) {
        const leaves = await readLeaves(tiles, size, start / tileWidth);
        yield* leaves.slice(Math.max(0, from - start), to - start);
      }
    },
    inclusionProof: async (index, upTo = currentSize()) => {
      const size = currentSize();
      refuseOutside(upTo, size, `The log has ${size} leaves; there is no proof at size ${upTo}.`);
      refuseOutside(index, upTo - 1, `A log of ${upTo} leaves has none at ${index}.`);
      return inclusionFromTiles(tiles, size, index, upTo);
    },
    consistencyProof: async (from, upTo = currentSize()) => {
      const size = currentSize();
      refuseOutside(upTo, size, `The log has ${size} leaves; there is no proof at size ${upTo}.`);
      refuseOutside(from, upTo, `A log of ${upTo} leaves never had ${from}.`);
      return consistencyFromTiles(tiles, size, from, upTo);
    },
  };
}

function refuseOutside(value: number, most: number, message: string): void {
  if (!Number.isSafeInteger(value) || value < 0 || value > most) throw new AppError('invalid_input', message);
}

async function appendLeaves(
  options: LogOptions,
  state: State,
  leaves: readonly Uint8Array[],
  firstIndex?: number,
): Promise<Head> {
  if (state.broken !== undefined) {
    throw new AppError('internal', `The log must be opened again before it can grow: ${state.broken}`);
  }
  if (firstIndex !== undefined && firstIndex !== state.head.size) {
    throw new AppError('conflict', `The next leaf of the log gets index ${state.head.size}, not ${firstIndex}.`);
  }
  for (const leaf of leaves) refuseLongLeaf(leaf);
  if (leaves.length > 0) await advance(options, state, leaves);
  await publish(options, state);
  return state.head;
}

async function advance(options: LogOptions, state: State, leaves: readonly Uint8Array[]): Promise<void> {
  const superseded: string[] = [];
  const edge = await extendEdge(state.edge, leaves, async (tile, content) => {
    if (tile.width === tileWidth) superseded.push(partialTiles(tile));
    await state.files.write(tilePath(tile), content);
  });
  await state.files.commit();
  const head = { size: edge.size, root: edgeRoot(edge) };
  await refuseFork(directoryTiles(options.directory), state.head, head);
  try {
    await advanceHead(headPath(options.directory), options.origin, state.head, head);
  } catch (error) {
    state.broken = messageOf(error); // the new head may or may not be the kept one: only reading it again can tell
    throw error;
  }
  state.head = head;
  state.edge = edge;
  // Full tiles stand in for their partial ones from here on; one that cannot be removed now does no harm.
  await Promise.allSettled(
    superseded.map((path) => rm(join(options.directory, path), { recursive: true, force: true })),
  );
}

/** Proves from the files just written that the new tree contains the old one: the last check before a head is kept. */
async function refuseFork(source: TileSource, old: Head, next: Head): Promise<void> {
  const proof = await consistencyFromTiles(source, next.size, old.size);
  const consistent = verifyConsistency({
    oldSize: old.size,
    newSize: next.size,
    oldRoot: old.root,
    newRoot: next.root,
    proof,
  });
  if (!consistent) {
    throw new AppError(
      'check_failed',
      `The log at size ${next.size} would not contain that of size ${old.size}: nothing was signed.`,
    );
  }
}

/** The directory of the partial tiles that a full tile replaces. */
function partialTiles(tile: Tile): string {
  return `${tilePath(tile)}.p`;
}

async function publish({ directory, origin }: LogOptions, state: State): Promise<void> {
  const text = checkpointText(origin, state.head);
  if (isSignedBy(state.checkpoint, text, state.signers)) return;
  try {
    const note = await signNote(text, state.signers);
    const [{ key }, ...beside] = state.signers;
    openCheckpoint(
      note,
      key,
      beside.map((signer) => signer.key),
    ); // a signer elsewhere may fail; a wrong signature must not get out
    await replaceFile(join(directory, 'checkpoint'), note);
    state.checkpoint = note;
  } catch (error) {
    throw new AppError(
      'unavailable',
      `The log is kept at size ${state.head.size}, but its checkpoint is not out: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
}
