// Started and killed by crash.ts: 32 writers that record events until the end, and note each once it is committed.
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { transact } from '../src/context/context.ts';
import { workspaceAt } from '../src/context/workspace.ts';
import { appendEvent } from '../src/ledger/actions.ts';
import { newExampleSubject } from '../src/ledger/leaves/subject.ts';
import { openLedgerServices } from './ledger-workspace.ts';

const workspace = workspaceAt(process.argv[2] ?? '');
const services = await openLedgerServices(workspace);
const ctx = services.contextFor({ id: 'bench', name: 'Bench', roles: [] });
const acknowledged = openSync(join(workspace.root, 'acknowledged'), 'a');
process.stdout.write('ready\n');

async function write(): Promise<never> {
  for (;;) {
    const subject = newExampleSubject();
    for (let i = 0; i < 5; i++) {
      const { seq } = await transact(ctx, async (ctx) => {
        // every third transaction writes two chains, so that a torn one would show
        if (i % 3 === 0) await appendEvent(ctx, { type: 'corpus.screened', data: { by: subject } });
        return appendEvent(ctx, { subject, type: 'review.signed', data: { number: i } });
      });
      writeSync(acknowledged, `${subject} ${seq}\n`);
    }
  }
}
await Promise.all(Array.from({ length: 32 }, write));
