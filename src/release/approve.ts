import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Signature, SignatureProof } from '../accounts/schema.ts';
import { signContent } from '../accounts/signature.ts';
import { requireRole } from '../context/actor.ts';
import { type Context, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { appendEvent, asJson } from '../ledger/actions.ts';
import { sequencerOf } from '../ledger/log/sequencer.ts';
import { recordsFile } from '../verify/files/export-files.ts';
import { parseRecord } from '../verify/files/records.ts';
import { sealVersion } from '../verify/files/seal.ts';
import { readLines } from '../verify/lines.ts';
import { verifyExport } from '../verify/verify-export.ts';
import { currentRules, releaseNamed } from './actions.ts';
import { approvalDigest } from './approval-digest.ts';
import type { Built } from './data/build.ts';
import type { ReleaseFacts } from './data/facts.ts';
import { planRelease } from './data/plan.ts';
import { writeData, writeDescriptions } from './data/write-data.ts';
import { sealedManifest } from './export/frozen-files.ts';
import type { Release } from './schema.ts';
import { anchorSeal, isWitnessed } from './sealing/anchor.ts';
import { writeAttestations } from './sealing/attestations.ts';
import { signManifest, writeManifest } from './sealing/manifest.ts';
import { writeProvenance } from './sealing/provenance.ts';
import { lockRelease, markSealed, setAnchor } from './store.ts';

/**
 * Approves a draft: its rows are written, sealed in the log, exported with their proofs, verified, and frozen. A draft
 * whose instances have changed is refused. The approver signs the draft's digest; a person in a browser proves for it who
 * they are. Called again after an interruption it goes on where it stopped, under the signature given then.
 */
export async function approveRelease(
  ctx: Context,
  name: string,
  { proof }: { proof?: SignatureProof } = {},
): Promise<Release> {
  requireRole(ctx.actor, 'release-approver');
  const release = await releaseNamed(ctx, name);
  if (release.createdBy === ctx.actor.id)
    throw new AppError('forbidden', `${ctx.actor.name} prepared this release and may not approve it.`);
  if (release.state === 'frozen') return release;
  if (release.profileDigest !== ctx.profile.digest)
    throw new AppError('conflict', 'The profile has changed since the draft was made. Make the draft anew.');
  const signature =
    release.state === 'draft'
      ? await signContent(ctx, { digest: approvalDigest(release), meaning: 'approval', proof })
      : undefined;
  const approval = {
    by: release.approvedBy ?? ctx.actor.id,
    at: new Date(release.approvedAt ?? signature?.at ?? ctx.clock.now()),
  };
  const directory = join(ctx.workspace.releases, `.${name}.partial`);
  // What was sealed lies there already, unless an interruption took it: it must not depend on what came since.
  const kept = release.state === 'sealed' ? await sealedManifest(directory, release.manifestSha256) : undefined;
  const manifest = kept ?? (await writeFiles(ctx, release, { directory, approval }));
  const sealed =
    signature === undefined
      ? release
      : await seal(ctx, name, { ...approval, signature, manifestSha256: manifest.sha256 });
  if (sealed.manifestSha256 !== manifest.sha256)
    throw new AppError(
      'check_failed',
      `The release "${name}" was sealed with other files than these. Audit the workspace.`,
    );
  await signManifest(directory, manifest.bytes, ctx.ledger.signer);
  return freeze(ctx, sealed, directory);
}

type Approval = { by: string; at: Date };

/** Writes data, descriptions and manifest; refuses if they would hold other rows than the draft. */
async function writeFiles(
  ctx: Context,
  release: Release,
  { directory, approval }: { directory: string; approval: Approval },
): Promise<{ bytes: Uint8Array; sha256: string }> {
  await sequencerOf(ctx.ledger).flush();
  const rules = currentRules(ctx);
  const built = await writeData(ctx, directory, await planRelease(ctx, release.input, rules), rules);
  refuseChange(release, built);
  const facts = factsOf(ctx, release, approval);
  await writeDescriptions(directory, facts);
  return writeManifest(directory, {
    release: release.name,
    origin: facts.origin,
    policy: facts.profile.digest,
    ...facts.people,
    approvedAt: facts.approvedAt,
    counts: release.summary.counts,
  });
}

/** Whoever approves a draft approves what it listed, nothing that came or went since. */
function refuseChange({ name, summary }: Release, built: Built): void {
  const { roots, counts } = built.summary;
  if (roots.records === summary.roots.records && roots.preferences === summary.roots.preferences) return;
  throw new AppError(
    'conflict',
    `The accepted instances have changed since the draft "${name}" was made (${summary.counts.rows} rows then, ${counts.rows} now). Make the draft anew.`,
  );
}

function factsOf(ctx: Context, release: Release, approval: Approval): ReleaseFacts {
  const { head, digest } = ctx.profile;
  return {
    release: release.name,
    origin: ctx.ledger.origin,
    profile: { id: head.id, version: head.version, digest, disclaimer: head.disclaimer.en },
    summary: release.summary,
    approvedAt: approval.at.toISOString(),
    people: { createdBy: release.createdBy, approvedBy: approval.by },
  };
}

/** The decision and the seal, in one transaction with the release's new state. */
async function seal(
  ctx: Context,
  name: string,
  approval: Approval & { signature: Signature; manifestSha256: string },
): Promise<Release> {
  return transact(ctx, async (ctx) => {
    const release = await lockRelease(ctx.tx, name);
    if (release?.state !== 'draft')
      throw new AppError('conflict', `The release "${name}" was changed by somebody else. Look at it again.`);
    const { summary, profileDigest, createdBy } = release;
    const common = { release: name, policy: profileDigest, createdBy, approvedBy: approval.by };
    await appendEvent(ctx, {
      type: 'gate.decided',
      data: {
        ...common,
        candidates: summary.candidates,
        passed: summary.counts.rows,
        excluded: { ...summary.excluded },
        signature: asJson(approval.signature),
      },
    });
    const { seq } = await appendEvent(ctx, {
      type: 'dataset.sealed',
      data: {
        ...common,
        v: sealVersion,
        manifest: approval.manifestSha256,
        counts: { ...summary.counts },
        roots: { ...summary.roots },
      },
    });
    await markSealed(ctx.tx, name, { ...approval, seq });
    return releaseNamed(ctx, name);
  });
}

/** Anchors the seal, writes the proofs as of that head, verifies the whole export as a stranger would, and publishes it. */
async function freeze(ctx: Context, release: Release, directory: string): Promise<Release> {
  const { log } = sequencerOf(ctx.ledger);
  const anchor = isWitnessed(ctx, release.anchor) ? release.anchor : await anchorSeal(ctx, release);
  const subjects: string[] = [];
  for await (const { bytes } of readLines(join(directory, recordsFile), recordsFile))
    subjects.push(parseRecord(bytes).subject);
  const { name, input } = release;
  await writeProvenance(ctx, { directory, release: name, anchor, leaves: input.leaves, log, subjects });
  const report = await verifyExport(directory);
  if (report.result !== 'passed')
    throw new AppError(
      'check_failed',
      `The release "${name}" does not pass its own verification: ${report.first?.record ?? ''} ${report.first?.problem ?? report.result}. It stays sealed and unpublished; audit the workspace.`,
    );
  await writeAttestations({ directory, release: { ...release, anchor }, report, signer: ctx.ledger.signer });
  const path = join(ctx.workspace.releases, name);
  await rm(path, { recursive: true, force: true }); // left by an interruption between the renaming and the next line
  await rename(directory, path);
  await transact(ctx, (ctx) => setAnchor(ctx.tx, name, 'frozen', anchor));
  return releaseNamed(ctx, name);
}
