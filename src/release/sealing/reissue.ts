import { existsSync } from 'node:fs';
import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Context, reader, transact } from '../../context/context.ts';
import { parseStrictJson } from '../../core/canonical-json.ts';
import { AppError, messageOf } from '../../core/error.ts';
import { positionOf } from '../../ledger/chains.ts';
import { erasures } from '../../ledger/erasure/actions.ts';
import { sequencerOf } from '../../ledger/log/sequencer.ts';
import { leafHash } from '../../ledger/tree/tree.ts';
import { asObject, objectAt } from '../../verify/fields.ts';
import { dataFile, labelOf, linesOf, preferencesFile, readRecords } from '../../verify/files/export-files.ts';
import { splits } from '../../verify/files/row.ts';
import { readTombstone, tombstoneLine } from '../../verify/files/tombstone.ts';
import { verifyExport } from '../../verify/verify-export.ts';
import { openLineFile } from '../data/line-file.ts';
import type { Anchor, Release } from '../schema.ts';
import { erasuresApplied, listReleases, setAnchor, setErasuresApplied } from '../store.ts';
import { anchorNow, isWitnessed, witnessedAnchor } from './anchor.ts';
import { writeProvenance } from './provenance.ts';

/** By subject: the leaf that tells of its erasure. */
type Erased = ReadonlyMap<string, number>;

/**
 * Puts tombstones into the files of frozen releases for records that were erased since, under a head of the log that
 * shows the erasures, and removes the forms that were made of them for training engines. Releases that take account of
 * all erasures are not read. Interrupted, or without its quorum of witnesses, it goes on when called again.
 */
export async function reissueErased(ctx: Context): Promise<void> {
  const all = await erasures(ctx);
  const waiting: Release[] = [];
  for (const release of await frozenReleases(ctx))
    if ((await erasuresApplied(reader(ctx), release.name)) !== all.length) waiting.push(release);
  if (waiting.length === 0) return;
  await sequencerOf(ctx.ledger).flush();
  const erased = new Map<string, number>();
  for (const { subject, eventSeq } of all) {
    const index = await positionOf(ctx, subject, eventSeq);
    if (index === undefined) throw new AppError('internal', `The erasure of ${subject} has no place in the log.`);
    erased.set(subject, index);
  }
  for (const release of waiting) {
    const path = join(ctx.workspace.releases, release.name);
    await settle(path);
    const subjects: string[] = [];
    for await (const record of readRecords(path)) subjects.push(record.subject);
    const affected = subjects.some((subject) => erased.has(subject));
    const anchor = affected ? await reissue(ctx, release, { path, subjects, erased }) : release.anchor;
    await transact(ctx, async (ctx) => {
      if (anchor !== undefined) await setAnchor(ctx.tx, release.name, 'frozen', anchor);
      if (!affected || isWitnessed(ctx, anchor)) await setErasuresApplied(ctx.tx, release.name, all.length);
    });
  }
}

/** Names of the frozen releases that hold a record, or its tombstone. */
export async function releasesHolding(ctx: Context, subject: string): Promise<string[]> {
  const holding: string[] = [];
  for (const { name } of await frozenReleases(ctx))
    for await (const record of readRecords(join(ctx.workspace.releases, name)))
      if (record.subject === subject) {
        holding.push(name);
        break;
      }
  return holding;
}

async function frozenReleases(ctx: Context): Promise<Release[]> {
  return (await listReleases(reader(ctx))).filter((release) => release.state === 'frozen');
}

const displaced = (path: string): string => `${path}.erasing`;

/** Undoes or completes the exchange of directories that an interruption left half done. */
async function settle(path: string): Promise<void> {
  if (existsSync(path)) await rm(displaced(path), { recursive: true, force: true });
  else if (existsSync(displaced(path))) await rename(displaced(path), path);
}

async function reissue(
  ctx: Context,
  release: Release,
  { path, subjects, erased }: { path: string; subjects: readonly string[]; erased: Erased },
): Promise<Anchor> {
  const { name, input, anchor: before } = release;
  if (before === undefined) throw new AppError('internal', `The frozen release "${name}" has no anchor.`);
  const directory = join(ctx.workspace.releases, `.${name}.partial`);
  await rm(directory, { recursive: true, force: true });
  await cp(path, directory, { recursive: true });
  for (const file of [...splits.map((split) => dataFile[split]), preferencesFile])
    await bury(path, directory, file, erased);
  // What must be forgotten does not wait for witnesses: without them the release is incomplete until this is called again.
  const anchor = await witnessedAnchor(ctx, before.sealIndex).catch((error: unknown) => {
    ctx.log('warn', `The release "${name}" goes without witnesses for now: ${messageOf(error)}`);
    return anchorNow(ctx, before.sealIndex);
  });
  await rm(join(directory, 'provenance', 'tile'), { recursive: true, force: true });
  const { log } = sequencerOf(ctx.ledger);
  await writeProvenance(ctx, { directory, release: name, anchor, leaves: input.leaves, log, subjects });
  const report = await verifyExport(directory);
  if (report.result === 'failed')
    throw new AppError(
      'check_failed',
      `The release "${name}" does not pass its verification without the erased records: ${report.first?.problem ?? 'a check did not run'}. Its files were left as they are; audit the workspace.`,
    );
  await rename(path, displaced(path));
  await rename(directory, path);
  await rm(displaced(path), { recursive: true, force: true });
  await rm(join(ctx.workspace.releases, 'exports', name), { recursive: true, force: true });
  return anchor;
}

/** Copies a data file with a tombstone for each line of an erased record. */
async function bury(from: string, to: string, file: string, erased: Erased): Promise<void> {
  const out = await openLineFile(join(to, file));
  try {
    for await (const line of linesOf(from, file)) {
      const index = erased.get(labelOf(line).subject);
      if (index === undefined || readTombstone(line.bytes) !== undefined) {
        await out.line(line.bytes);
        continue;
      }
      const row = asObject(parseStrictJson(line.bytes.toString('utf8')), file);
      const label = objectAt(row, '_cts', file);
      await out.line(tombstoneLine(label, { erased: index, hash: leafHash(line.bytes) }));
    }
  } finally {
    await out.close();
  }
}
