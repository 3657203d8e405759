// Durable events a second through the whole path (chain lock, envelope, seal, leaf, commit, sequencer), beside plain
// inserts of rows of the same size on the same server in the same run; how soon an acknowledged event is under a
// published head; and how long a proof takes.
//   node bench/events.ts [--seconds 10] [--clients 32]
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startPostgres } from '../scripts/postgres.mjs';
import { transact } from '../src/context/context.ts';
import { openPostgres } from '../src/db/postgres.ts';
import { appendEvent } from '../src/ledger/actions.ts';
import { newExampleSubject } from '../src/ledger/leaves/subject.ts';
import type { Services } from '../src/server/services.ts';
import { newWorkspace, openLedgerServices } from './ledger-workspace.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, clients: { type: 'string', default: '32' } },
});
const seconds = Number(values.seconds);
const clients = Number(values.clients);
const data = { id: 'r', scores: { a: 4, b: 5, c: 4, d: 5, e: 4 }, comment: 'x'.repeat(300), verdict: 'accept' };

/** Operations a second of so many clients, each doing one after the other. */
async function rate(work: (client: number) => Promise<void>): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let done = 0;
  const began = performance.now();
  const one = async (client: number): Promise<void> => {
    while (performance.now() < end) {
      await work(client);
      done++;
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => one(client)));
  return done / ((performance.now() - began) / 1000);
}

const percentile = (times: number[], p: number): string =>
  (times.sort((a, b) => a - b)[Math.ceil((p / 100) * times.length) - 1] ?? Number.NaN).toFixed(1);

async function events(services: Services, engine: string): Promise<void> {
  const ctx = services.contextFor({ id: 'bench', name: 'Bench', roles: [] });
  const chains = Array.from({ length: clients }, newExampleSubject);
  const watch = watchAnchoring(services);
  let sample = 0;
  const perSecond = await rate(async (client) => {
    const subject = chains[client] ?? '';
    const { seq } = await transact(ctx, (ctx) => appendEvent(ctx, { subject, type: 'review.signed', data }));
    if (sample++ % 50 === 0) watch.add(subject, seq);
    if (seq > 20) chains[client] = newExampleSubject();
  });
  const anchored = await watch.stop();
  await services.sequencer.flush();
  const { size } = services.sequencer.log.head();
  console.log(`${engine}: ${perSecond.toFixed(0)} durable events/s, ${clients} clients, n = ${size}`);
  console.log(
    `${engine}: acknowledged to anchored ${percentile(anchored, 50)} ms (median), ${percentile(anchored, 99)} ms (p99), n = ${anchored.length}`,
  );
  const proofs: number[] = [];
  for (let i = 0; i < 2000; i++) {
    const began = performance.now();
    await services.sequencer.log.inclusionProof((i * 7919) % size, size);
    proofs.push(performance.now() - began);
  }
  console.log(
    `${engine}: inclusion proof ${percentile(proofs, 50)} ms (median), ${percentile(proofs, 99)} ms (p99), n = 2000, log of ${size}`,
  );
}

type Watch = { add(subject: string, seq: number): void; stop(): Promise<number[]> };

/** Milliseconds from acknowledgement to a place under the published head, of the events added; one query for all, 20 times a second. */
function watchAnchoring(services: Services): Watch {
  const waiting = new Map<string, number>();
  const times: number[] = [];
  let stopped = false;
  const look = async (): Promise<void> => {
    const keys = [...waiting.keys()].map((key) => key.split(' '));
    const rows = await services.db.query<{ subject: string; seq: number }>(
      `SELECT subject, seq FROM event JOIN event_position ON event_id = event.id
       WHERE (subject, seq) IN (SELECT * FROM unnest($1::uuid[], $2::int[]))`,
      [keys.map(([subject]) => subject), keys.map(([, seq]) => Number(seq))],
    );
    for (const { subject, seq } of rows) {
      times.push(performance.now() - (waiting.get(`${subject} ${seq}`) ?? Number.NaN));
      waiting.delete(`${subject} ${seq}`);
    }
  };
  const loop = (async () => {
    while (!stopped || waiting.size > 0) {
      if (waiting.size > 0) await look();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return {
    add: (subject, seq) => waiting.set(`${subject} ${seq}`, performance.now()),
    stop: async () => {
      stopped = true;
      await loop;
      return times;
    },
  };
}

const server = await startPostgres({ durable: true });
if ('reason' in server) console.log(`PostgreSQL: not measured. ${server.reason}`);
else {
  const workspace = await newWorkspace(server.url);
  const services = await openLedgerServices(workspace);
  const plain = await openPostgres(server.url, clients);
  await plain.query('CREATE TABLE plain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body bytea NOT NULL)');
  const body = Buffer.alloc(1600, 7);
  const inserts = await rate(async () => {
    await plain.query('INSERT INTO plain (body) VALUES ($1)', [body]);
  });
  console.log(`PostgreSQL: ${inserts.toFixed(0)} plain inserts/s of 1,600 bytes, ${clients} clients`);
  await events(services, 'PostgreSQL');
  await plain.close();
  await services.close();
  server.stop();
  rmSync(workspace.root, { recursive: true });
}
const embedded = await newWorkspace();
const services = await openLedgerServices(embedded);
await services.db.query('CREATE TABLE plain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body bytea NOT NULL)');
const body = new Uint8Array(1600).fill(7);
const inserts = await rate(async () => {
  await services.db.query('INSERT INTO plain (body) VALUES ($1)', [body]);
});
console.log(`PGlite: ${inserts.toFixed(0)} plain inserts/s of 1,600 bytes, ${clients} callers`);
await events(services, 'PGlite');
await services.close();
rmSync(embedded.root, { recursive: true });
