import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../context/context.ts';
import { dataFile, heldOutFile, preferencesFile, recordsFile } from '../../verify/files/export-files.ts';
import { digestFile } from '../../verify/lines.ts';
import type { Rules } from '../../verify/replay/rules.ts';
import { type Built, buildRelease } from './build.ts';
import { datasetCard } from './card.ts';
import { croissant } from './croissant.ts';
import type { ReleaseFacts } from './facts.ts';
import { openLineFile } from './line-file.ts';
import type { Plan } from './plan.ts';

/** Writes the data files of a release into an empty directory; returns what was built. */
export async function writeData(ctx: Context, directory: string, plan: Plan, rules: Rules): Promise<Built> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(join(directory, 'data'), { recursive: true });
  const open = (name: string): ReturnType<typeof openLineFile> => openLineFile(join(directory, name));
  const rows = { train: await open(dataFile.train), validation: await open(dataFile.validation) };
  const pairs = await open(preferencesFile);
  const records = await open(recordsFile);
  try {
    const sink = { row: rows, pair: pairs, record: records };
    const built = await buildRelease(ctx, plan, rules, {
      row: (split, line) => sink.row[split].line(line),
      pair: (line) => sink.pair.line(line),
      record: (line) => sink.record.line(line),
    });
    await writeFile(join(directory, heldOutFile), plan.heldOut.map((identity) => `${identity}\n`).join(''));
    return built;
  } finally {
    for (const file of [rows.train, rows.validation, pairs, records]) await file.close();
  }
}

/** Writes README.md and croissant.json. */
export async function writeDescriptions(directory: string, facts: ReleaseFacts): Promise<void> {
  const names = [dataFile.train, dataFile.validation, preferencesFile, heldOutFile];
  const files: { name: string; sha256: string; bytes: number }[] = [];
  for (const name of names) files.push({ name, ...(await digestFile(join(directory, name))) });
  await writeFile(join(directory, 'README.md'), datasetCard(facts));
  await writeFile(join(directory, 'croissant.json'), `${JSON.stringify(croissant(facts, files), null, 2)}\n`);
}
