// Writes those files of docs/spec/vectors that are computed or kept here. Nothing is imported from src/: expected values
// are written by hand or computed from the specification's own words. Run it with Node 24 after a change.
import { writeFileSync } from 'node:fs';
import { histories } from './vectors/histories.ts';
import { commitments, leaves, logProofs, policies, subjects } from './vectors/log.ts';
import type { Vectors } from './vectors/primitives.ts';
import { recordProofs } from './vectors/record-proofs.ts';
import { edits, prompting, splits, traces } from './vectors/text.ts';
import { witnessRequests } from './vectors/witness.ts';

export const vectorFolder = 'docs/spec/vectors';

/** The files by name, with their exact text. */
export function vectorFiles(): Map<string, string> {
  const all: Vectors[] = [
    leaves,
    subjects,
    commitments,
    logProofs,
    recordProofs,
    policies,
    witnessRequests,
    traces,
    edits,
    splits,
    prompting,
    histories,
  ];
  return new Map(all.map((vectors) => [`${vectors.name}.json`, `${JSON.stringify(vectors, null, 2)}\n`]));
}

if (import.meta.main) for (const [name, text] of vectorFiles()) writeFileSync(`${vectorFolder}/${name}`, text);
