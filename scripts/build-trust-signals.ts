// Writes examples/trust-signals/: a small release in the Clinical Trust Signal format with every kind of history in it.
// The same bytes each time; run it after a change of the format or of the shipped policy.
import { rm } from 'node:fs/promises';
import { canonicalJson } from '../src/core/canonical-json.ts';
import { sha256Hex } from '../src/core/hash.ts';
import { loadProfile } from '../src/profile/load.ts';
import { policyData } from '../src/release/policy-record.ts';
import { writeSyntheticRelease } from './synthetic-release/write-release.ts';

/** The example itself, into whatever directory. */
export async function writeTrustSignals(directory: string): Promise<{ leaves: number; rows: number }> {
  const { profile: _, ...shipped } = policyData(loadProfile('profiles/medical'));
  // One erasure is tolerated here, so that an erased record can be shown in a release that is verified.
  const rules = { ...shipped, limits: { erased: 1 } };
  const profile = { id: 'trust-signals-example', version: '1', digest: sha256Hex(canonicalJson(rules)) };
  return writeSyntheticRelease({
    directory,
    name: 'trust-signals-example',
    origin: 'cts.example/trust-signals',
    seed: 'trust-signals-example',
    rows: 300,
    policy: { ...rules, profile },
    ending: (row) => (row === 1 ? 'panel' : row % 30 === 0 ? 'edited' : 'accepted'),
    outside: ['rejected', 'withdrawn'],
    erased: ['train-000007'],
    readme,
  });
}

const readme = `# A worked example of the Clinical Trust Signal format

Everything here is invented: dose arithmetic made by a program, reviewers that do not exist, a key that anybody can
compute. It shows what a release looks like and serves to test verifiers. **Nobody reviewed it, and nothing in it is
medical advice.**

| record | history |
|---|---|
| \`train-000001\` | two reviews, one with an edit; a panel edits and accepts |
| \`train-000007\` | approved, released, later erased: a tombstone stands for it |
| \`train-000030\` and every thirtieth | one reviewer edits, the other scores the edited text |
| all others | two reviewers accept |
| outside the release | one example rejected, one approved and withdrawn |

    cts-verify . --policy ../policy.txt
    cts-verify . --policy ../policy.txt --record train-000001
`;

if (import.meta.main) {
  const directory = 'examples/trust-signals/release';
  await rm(directory, { recursive: true, force: true });
  const { leaves, rows } = await writeTrustSignals(directory);
  console.log(`${directory}: ${rows} rows, log of ${leaves} leaves`);
}
