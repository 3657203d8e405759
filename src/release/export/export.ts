import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requireRole } from '../../context/actor.ts';
import type { Context } from '../../context/context.ts';
import { canonicalJson, parseStrictJson } from '../../core/canonical-json.ts';
import { asObject, type JsonObject } from '../../verify/fields.ts';
import { dataFile, preferencesFile } from '../../verify/files/export-files.ts';
import { splits } from '../../verify/files/row.ts';
import { readTombstone } from '../../verify/files/tombstone.ts';
import { digestFile, readLines } from '../../verify/lines.ts';
import { frozenRelease } from '../actions.ts';
import { openLineFile } from '../data/line-file.ts';
import type { ExportedFile, ExportFormat, ExportReply, Release } from '../schema.ts';
import { type Engine, engines } from './engines.ts';
import { refuseAltered } from './frozen-files.ts';

/**
 * Writes a frozen release in the form a training engine reads: train.jsonl, validation.jsonl and what else it needs,
 * into the workspace's directory of exports or into `out`. Only the sealed bytes are read, and they are checked first;
 * the same release and format give the same files.
 */
export async function exportRelease(
  ctx: Context,
  input: { name: string; format: ExportFormat; out?: string },
): Promise<ExportReply> {
  requireRole(ctx.actor, 'engineer', 'steward', 'release-approver', 'auditor');
  const release = await frozenRelease(ctx, input.name);
  const path = input.out ?? join(ctx.workspace.releases, 'exports', release.name, input.format);
  const partial = `${path}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const engine = engines[input.format];
  const lines = await writeLines(release, engine, partial);
  for (const [name, content] of Object.entries(engine.extra?.(release.name) ?? {}))
    await writeFile(join(partial, name), `${JSON.stringify(content, null, 2)}\n`);
  const files: ExportedFile[] = [];
  for (const name of [...Object.keys(lines), ...Object.keys(engine.extra?.(release.name) ?? {})])
    files.push({ name, ...(await digestFile(join(partial, name))), lines: lines[name] ?? 0 });
  const from = { release: release.name, manifestSha256: release.manifestSha256 ?? '', format: input.format };
  await writeFile(join(partial, 'export.json'), `${canonicalJson({ ...from, files })}\n`);
  await rm(path, { recursive: true, force: true });
  await rename(partial, path);
  return { release: release.name, format: input.format, path, files };
}

/**
 * The rows of a frozen release, or its preference pairs, in the order in which they were sealed and without those that
 * were erased since. The files are checked first: check_failed if they are not what was sealed.
 */
export async function* sealedRows(
  release: Release & { path: string },
  what: 'rows' | 'pairs',
): AsyncGenerator<JsonObject> {
  const sources = what === 'pairs' ? [preferencesFile] : splits.map((split) => dataFile[split]);
  await refuseAltered(release, sources);
  for (const source of sources)
    for await (const { bytes } of readLines(join(release.path, source), source))
      if (readTombstone(bytes) === undefined) yield asObject(parseStrictJson(bytes.toString('utf8')), source);
}

async function writeLines(
  release: Release & { path: string },
  engine: Engine,
  directory: string,
): Promise<{ [name: string]: number }> {
  const open = { train: await openOut(directory, 'train'), validation: await openOut(directory, 'validation') };
  try {
    for await (const row of sealedRows(release, engine.source === 'pairs' ? 'pairs' : 'rows')) {
      if (engine.source === 'prompts' && row.kind !== 'guard') continue;
      const out = open[row.split === 'train' ? 'train' : 'validation'];
      await out.file.line(lineOf(engine, row, { release: release.name, index: out.lines }));
      out.lines++;
    }
  } finally {
    for (const split of splits) await open[split].file.close();
  }
  return { 'train.jsonl': open.train.lines, 'validation.jsonl': open.validation.lines };
}

function lineOf(engine: Engine, row: JsonObject, place: { release: string; index: number }): string {
  return JSON.stringify(engine.line(row, place));
}

async function openOut(
  directory: string,
  split: string,
): Promise<{ file: Awaited<ReturnType<typeof openLineFile>>; lines: number }> {
  return { file: await openLineFile(join(directory, `${split}.jsonl`)), lines: 0 };
}
