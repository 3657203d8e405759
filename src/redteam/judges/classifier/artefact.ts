import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspace } from '../../../context/workspace.ts';
import { canonicalBytes, parseStrictJson } from '../../../core/canonical-json.ts';
import { AppError } from '../../../core/error.ts';
import { sha256Hex } from '../../../core/hash.ts';
import { replaceFile, syncDirectory } from '../../../ledger/durable-file.ts';
import { Artefact, type StoredHead } from '../schema.ts';
import type { Head } from './train.ts';

function directoryOf(workspace: Workspace): string {
  return join(workspace.files, 'judges');
}

/** Stores a trained judge under the SHA-256 of its bytes and returns that. */
export async function writeArtefact(workspace: Workspace, artefact: Artefact): Promise<string> {
  const bytes = canonicalBytes(artefact);
  const sha256 = sha256Hex(bytes);
  const directory = directoryOf(workspace);
  await mkdir(directory, { recursive: true });
  await replaceFile(join(directory, `${sha256}.json`), bytes);
  await syncDirectory(directory);
  return sha256;
}

/** Reads a trained judge; `check_failed` when the file is not the one that was stored, `unavailable` when it is gone. */
export async function readArtefact(workspace: Workspace, sha256: string): Promise<Artefact> {
  const path = join(directoryOf(workspace), `${sha256}.json`);
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new AppError('unavailable', `The judge's file ${path} cannot be read. Calibrate the judge again.`, {
      cause: error,
    });
  });
  if (sha256Hex(bytes) !== sha256)
    throw new AppError('check_failed', `The judge's file ${path} was changed: its SHA-256 is not its name.`);
  return Artefact.parse(parseStrictJson(bytes.toString('utf8')));
}

export function storeHead(head: Head, reads: readonly string[], rows: readonly string[]): StoredHead {
  const { model, lambda, platt, band, crossFitted } = head;
  const bytes = Buffer.alloc(model.weights.length * 8);
  for (const [i, weight] of model.weights.entries()) bytes.writeDoubleLE(weight, i * 8);
  return {
    reads: [...reads],
    weights: bytes.toString('base64'),
    bias: model.bias,
    lambda,
    platt,
    band,
    crossFitted,
    rows: [...rows],
  };
}

export function restoreHead(stored: StoredHead): Head {
  const bytes = Buffer.from(stored.weights, 'base64');
  const weights = Float64Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(i * 8));
  const { bias, lambda, platt, band, crossFitted } = stored;
  return { model: { weights, bias }, lambda, platt, band, crossFitted };
}
