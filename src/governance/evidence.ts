import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listAllAccounts } from '../accounts/actions.ts';
import { requireRole } from '../context/actor.ts';
import { type Context, transact } from '../context/context.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { sha256Hex } from '../core/hash.ts';
import { appendEvent, asJson, logStatus } from '../ledger/actions.ts';
import { sequencerOf } from '../ledger/log/sequencer.ts';
import { frozenRelease } from '../release/actions.ts';
import { collectClaims } from './claims.ts';
import type { BuildEvidence, Evidence, EvidenceReply } from './evidence-schema.ts';
import { frameworks, human, notClaimed } from './standing.ts';
import { insertEvidence } from './store.ts';

/** Assembles the evidence for a release and what was measured on it, writes it into the workspace, and logs its digest. */
export async function buildEvidence(ctx: Context, input: BuildEvidence): Promise<EvidenceReply> {
  requireRole(ctx.actor, 'engineer', 'steward', 'auditor');
  const release = await frozenRelease(ctx, input.release);
  const sequencer = sequencerOf(ctx.ledger);
  await sequencer.flush();
  const log = await logStatus(ctx);
  const evidence: Evidence = {
    version: 'safemed-evidence/1',
    issuedAt: ctx.clock.now().toISOString(),
    system: { name: 'SafeMed-R1', version: '0.1.0' },
    demo: (await listAllAccounts(ctx)).some((account) => account.demo),
    log: {
      origin: log.origin,
      key: log.key,
      size: log.size,
      rootHash: log.rootHash,
      checkpoint: sequencer.log.checkpoint(),
    },
    verify: {
      command: `safemed verify releases/${release.name}`,
      independence:
        'A verifier that comes with the data does not prove its own honesty: obtain it separately, or implement docs/spec/cts-1.md.',
    },
    claims: await collectClaims(ctx, input),
    notClaimed,
    human,
    frameworks,
  };
  const json = `${canonicalJson(asJson(evidence))}\n`;
  const sha256 = sha256Hex(json);
  const directory = join(ctx.workspace.root, 'evidence', sha256.slice(0, 16));
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'evidence.json'), json);
  const { evidenceHtml } = await import('./evidence-html.ts'); // brings a drawing library along
  writeFileSync(join(directory, 'evidence.html'), evidenceHtml(evidence, sha256));
  await transact(ctx, async (ctx) => {
    const pack = { sha256, path: directory, release: input.release, claims: evidence.claims.length };
    await insertEvidence(ctx.tx, { ...pack, by: ctx.actor.id, at: ctx.clock.now() });
    await appendEvent(ctx, {
      type: 'evidence.issued',
      data: { sha256, release: input.release, claims: evidence.claims.length },
    });
  });
  return { sha256, directory, claims: evidence.claims.length };
}
