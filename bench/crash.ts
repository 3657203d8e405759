// Kills a process that records events with 32 concurrent writers, again and again at random moments, and then looks for
// what was lost: every event whose commit was acknowledged must be in the database and in the log, every head that was
// ever published must be contained in the last one, and the audit must find nothing.
//   node bench/crash.ts [--kills 100] [--engine pglite|postgres] [--seed 1]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startPostgres } from '../scripts/postgres.mjs';
import { seededRandom } from '../src/core/random.ts';
import { chainsOf } from '../src/ledger/chains.ts';
import { type Head, openCheckpoint } from '../src/ledger/checkpoints/checkpoint.ts';
import { checkTiles } from '../src/ledger/tiles/check.ts';
import { verifyConsistency } from '../src/ledger/tree/proof.ts';
import { auditChain } from '../src/release/audit/events.ts';
import { logKeyRing } from '../src/release/sealing/key-ring.ts';
import { leafHashes } from '../src/verify/chains/leaf-hashes.ts';
import { newWorkspace, openLedgerServices } from './ledger-workspace.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    engine: { type: 'string', default: 'pglite' },
    seed: { type: 'string', default: '1' },
  },
});
const random = seededRandom(Number(values.seed));
const server = values.engine === 'postgres' ? await startPostgres({ durable: true }) : undefined;
if (server !== undefined && 'reason' in server) throw new Error(server.reason);
const workspace = await newWorkspace(server?.url);
const heads: Uint8Array[] = [];
const acknowledged = join(workspace.root, 'acknowledged');
for (let kill = 1; kill <= Number(values.kills); kill++) {
  const writer = join(import.meta.dirname, 'crash-writer.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', writer, workspace.root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  if (child.exitCode !== null) throw new Error(`The writer ended by itself with code ${child.exitCode}.`);
  await sleep(random() * 1500);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const published = join(workspace.log, 'checkpoint');
  if (existsSync(published)) heads.push(readFileSync(published));
  if (kill % 10 === 0) console.log(`${kill} kills, ${lines().length} acknowledged events`);
}

function lines(): string[] {
  const text = existsSync(acknowledged) ? readFileSync(acknowledged, 'utf8') : '';
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1); // the last line may be torn by a kill
}

const services = await openLedgerServices(workspace);
await services.sequencer.flush();
const { log } = services.sequencer;
const { size, root } = log.head();
await checkTiles(log.tiles, { size, root, entries: true });
let forks = 0;
for (const note of heads) {
  const old: Head = openCheckpoint(note, log.key);
  const proof = await log.consistencyProof(old.size, size);
  if (!verifyConsistency({ oldSize: old.size, newSize: size, oldRoot: old.root, newRoot: root, proof })) forks++;
}
const ctx = services.contextFor({ id: 'bench', name: 'Bench', roles: [] });
const wanted = new Map<string, number[]>();
for (const line of lines()) {
  const [subject = '', seq] = line.split(' ');
  wanted.set(subject, [...(wanted.get(subject) ?? []), Number(seq)]);
}
let lost = 0;
let findings = 0;
const against = { hashes: leafHashes(log.tiles, size), size };
const keys = await logKeyRing(ctx);
const subjects = [...wanted.keys()];
for (let at = 0; at < subjects.length; at += 200) {
  const chains = await chainsOf(ctx, subjects.slice(at, at + 200));
  for (const subject of subjects.slice(at, at + 200)) {
    const chain = chains.get(subject) ?? [];
    const audited = await auditChain(chain, against, keys);
    findings += audited.findings.length + audited.pending;
    const known = new Set(chain.filter((event) => event.index !== undefined).map((event) => event.seq));
    for (const seq of wanted.get(subject) ?? []) if (!known.has(seq)) lost++;
  }
}
console.log(
  `${values.engine}: ${heads.length} kills, ${lines().length} acknowledged events, log of ${size}: ${lost} lost, ${forks} forks, ${findings} audit findings`,
);
await services.close();
server?.stop();
rmSync(workspace.root, { recursive: true });
if (lost + forks + findings > 0) process.exitCode = 1;
