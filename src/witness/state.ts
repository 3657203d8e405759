import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, messageOf } from '../core/error.ts';
import { sha256Hex } from '../core/hash.ts';
import { type Checkpoint, parseCheckpoint } from '../ledger/checkpoints/checkpoint.ts';
import { openNote } from '../ledger/checkpoints/note.ts';
import type { VerifierKey } from '../ledger/checkpoints/vkey.ts';
import { makeDirectory, replaceFile, syncDirectory } from '../ledger/durable-file.ts';
import { isMissing } from '../ledger/tiles/source.ts';

/**
 * What a witness has cosigned last, one file a log: `heads/<SHA-256 of the origin, hex>/checkpoint`, the note with the
 * log's signatures and the witness's own. The file is the state: what monitors are shown is what the witness goes by.
 */
export type WitnessState = {
  /** The note last cosigned for a log; undefined if there is none. */
  note(name: string): Promise<string | undefined>;
  /** The checkpoint in it. Throws check_failed if the file is not one that this witness has written. */
  latest(origin: string): Promise<Checkpoint | undefined>;
  /** Keeps a newly cosigned note; it survives a power cut once this has returned. */
  keep(origin: string, note: string): Promise<void>;
};

/** The name under which monitors ask for a log. */
export function originName(origin: string): string {
  return sha256Hex(origin);
}

/** The state in a directory. Throws check_failed if a file in it was not written by this witness. */
export async function openWitnessState(directory: string, key: VerifierKey): Promise<WitnessState> {
  const heads = join(directory, 'heads');
  await makeDirectory(heads);
  const pathOf = (name: string): string => join(heads, name, 'checkpoint');
  for (const name of await readdir(heads)) await readKept(pathOf(name), key);
  return {
    note: async (name) => (await readKept(pathOf(name), key))?.note,
    latest: async (origin) => {
      const path = pathOf(originName(origin));
      const checkpoint = (await readKept(path, key))?.checkpoint;
      if (checkpoint !== undefined && checkpoint.origin !== origin)
        throw foreign(path, `it is of the log ${JSON.stringify(checkpoint.origin)}`);
      return checkpoint;
    },
    keep: async (origin, note) => {
      const path = pathOf(originName(origin));
      await makeDirectory(join(heads, originName(origin)));
      await replaceFile(path, note);
      await syncDirectory(join(heads, originName(origin)));
    },
  };
}

async function readKept(path: string, key: VerifierKey): Promise<{ note: string; checkpoint: Checkpoint } | undefined> {
  let note: string;
  try {
    note = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return { note, checkpoint: parseCheckpoint(openNote(note, [key]).text) };
  } catch (error) {
    throw foreign(path, messageOf(error));
  }
}

function foreign(path: string, why: string): AppError {
  return new AppError(
    'check_failed',
    `${path} is not what this witness (its name and key) has cosigned: ${why} Nothing is cosigned; restore the newest copy of the directory.`,
  );
}
