import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/error.ts';
import { type OwnerLock, takeOwnerLock } from '../db/owner-lock.ts';
import { signatureLine, witnessNoteSigner } from '../ledger/checkpoints/note.ts';
import {
  ed25519Cosignature,
  ed25519Note,
  parseVkey,
  type VerifierKey,
  verifierKey,
} from '../ledger/checkpoints/vkey.ts';
import { makeDirectory } from '../ledger/durable-file.ts';
import type { Signer } from '../ledger/keys/ed25519.ts';
import { createKeyFile, openKeyFile } from '../ledger/keys/key-file.ts';
import {
  judgeAddCheckpoint,
  type OpenedRequest,
  openAddCheckpoint,
  type Refusal,
} from '../ledger/witnesses/request.ts';
import { openWitnessState } from './state.ts';

/** The answer to add-checkpoint: cosignature lines, the size last cosigned, or why not. */
export type WitnessAnswer =
  | { readonly status: 200; readonly lines: string }
  | { readonly status: 409; readonly size: number }
  | Refusal;

/** A C2SP witness: it cosigns a head of a log it knows only if that head contains every one it cosigned before. */
export type Witness = {
  readonly key: VerifierKey;
  readonly logs: readonly VerifierKey[];
  /** Judges a request body. A cosignature is returned only after the new head is durable. */
  addCheckpoint(body: Uint8Array): Promise<WitnessAnswer>;
  /** The note last cosigned for the log with this SHA-256 of the origin, hex; undefined if there is none. */
  latest(name: string): Promise<string | undefined>;
  close(): Promise<void>;
};

export type WitnessOptions = {
  /** Holds the key, the heads and the lock; created when missing. */
  readonly directory: string;
  /** The cosigner's name in policies. */
  readonly name: string;
  /** Verifier keys of the logs; several with one name while that log changes its key. */
  readonly logs: readonly string[];
  readonly clock: Clock;
  readonly passphrase?: string | undefined;
};

/** Opens a witness in its directory; makes its key on the first start. Throws conflict while another process has it. */
export async function openWitness(options: WitnessOptions): Promise<Witness> {
  const logs = options.logs.map(logKey);
  await makeDirectory(options.directory);
  const lock = takeOwnerLock(
    options.directory,
    (directory, pid) => `The witness in ${directory} is running already, as process ${pid}. Stop it first.`,
  );
  try {
    return await startWitness(options, logs, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function logKey(text: string): VerifierKey {
  const key = parseVkey(text);
  if (key.algorithm !== ed25519Note)
    throw new AppError('invalid_input', `--log needs the key of a log (signature type 1); ${key.name} is a witness's.`);
  return key;
}

async function startWitness(
  { directory, name, clock, passphrase }: WitnessOptions,
  logs: readonly VerifierKey[],
  lock: OwnerLock,
): Promise<Witness> {
  const signer = await openKey(join(directory, 'witness.key'), directory, passphrase);
  const key = verifierKey(name, ed25519Cosignature, signer.publicKey);
  const state = await openWitnessState(directory, key);
  const turns = new Map<string, Promise<unknown>>();
  /** Comparing with the head last cosigned and keeping the new one must be one step for each log. */
  const inTurn = <T>(origin: string, work: () => Promise<T>): Promise<T> => {
    const run = (turns.get(origin) ?? Promise.resolve()).then(work, work); // a failure was told to its own sender
    turns.set(origin, run);
    return run;
  };
  const answer = async (request: OpenedRequest): Promise<WitnessAnswer> => {
    const verdict = judgeAddCheckpoint(request, await state.latest(request.origin));
    if (verdict.status === 'stale') return { status: 409, size: verdict.size };
    if (verdict.status !== 'cosign') return verdict;
    const time = BigInt(Math.floor(clock.now().getTime() / 1000)); // a clock at or before 1970 is refused when signing
    const line = await signatureLine(request.text, witnessNoteSigner(name, signer, time));
    await state.keep(request.origin, `${request.note}${line}`);
    return { status: 200, lines: line };
  };
  return {
    key,
    logs,
    addCheckpoint: async (body) => {
      const request = openAddCheckpoint(body, logs);
      return 'status' in request ? request : inTurn(request.origin, () => answer(request));
    },
    latest: (log) => state.note(log),
    close: async () => {
      await Promise.allSettled(turns.values());
      lock.release();
    },
  };
}

/** A key is made where nothing was ever cosigned; a directory that lost its key is damaged. */
async function openKey(path: string, directory: string, passphrase: string | undefined): Promise<Signer> {
  const fresh = !existsSync(path) && !existsSync(join(directory, 'heads'));
  return fresh ? createKeyFile(path, passphrase) : openKeyFile(path, passphrase);
}
