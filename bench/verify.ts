// How long the verification of a release takes, and how much memory. Writes a release of invented examples, verifies it
// with the built stand-alone verifier in a process of its own, and prints one line a figure.
//   npm run -s build && node bench/verify.ts [--rows 100000] [--keep DIR]
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeSyntheticRelease } from '../scripts/synthetic-release/write-release.ts';
import { loadProfile } from '../src/profile/load.ts';
import { policyData } from '../src/release/policy-record.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    keep: { type: 'string' },
    runs: { type: 'string', default: '3' },
  },
});
const rows = Number(values.rows);
const scratch = values.keep ?? (await mkdtemp(join(tmpdir(), 'verify-bench-')));
const directory = join(scratch, 'release');
if (!existsSync(join(directory, 'provenance/openings.jsonl'))) {
  const began = performance.now();
  const { leaves } = await writeSyntheticRelease({
    directory,
    name: 'bench',
    origin: 'bench.example/log',
    seed: 'bench',
    rows,
    policy: policyData(loadProfile('profiles/medical')),
    ending: (row) => (row % 50 === 0 ? 'panel' : row % 10 === 0 ? 'edited' : 'accepted'),
    outside: ['rejected', 'withdrawn'],
    erased: [],
    readme: '# A release of invented examples, for measuring\n',
  });
  const seconds = (performance.now() - began) / 1000;
  console.log(`written: ${rows} rows, ${leaves} leaves in ${seconds.toFixed(1)} s`);
}
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const message = Buffer.alloc(1500, 7);
const signature = sign(null, message, privateKey);
const checks = 20_000;
const bare = performance.now();
for (let i = 0; i < checks; i++) verify(null, message, publicKey, signature);
const each = ((performance.now() - bare) * 1000) / checks;
console.log(`a bare Ed25519 check: ${each.toFixed(0)} µs on one core (n = ${checks})`);
for (let run = 1; run <= Number(values.runs); run++) {
  const began = performance.now();
  const { status, stderr, stdout } = spawnSync(
    '/usr/bin/time',
    ['-v', process.execPath, 'dist/cts-verify.mjs', directory],
    {
      encoding: 'utf8',
    },
  );
  const seconds = (performance.now() - began) / 1000;
  const figure = (name: string): number => Number(new RegExp(`${name}[^\\n]*: ([\\d.]+)`).exec(stderr)?.[1]);
  const cpu = figure('User time') + figure('System time');
  const memory = figure('Maximum resident set size') / 1024;
  console.log(
    `verify ${rows} rows, run ${run}: ${seconds.toFixed(1)} s, ${cpu.toFixed(1)} CPU-s, ${memory.toFixed(0)} MB, exit ${status}`,
  );
  if (status !== 0) console.log(stdout.split('\n').slice(-6).join('\n'), stderr.slice(0, 500));
}
if (values.keep === undefined) await rm(scratch, { recursive: true });
