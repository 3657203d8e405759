import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type Context, transact } from '../context/context.ts';
import type { JobControl } from '../jobs/schema.ts';
import { closedImport, type ImportPass, recordImport, storeQuestions } from './actions.ts';
import { type CorpusFile, openCorpusFiles } from './formats/read.ts';
import { reportBuilder } from './import-report.ts';
import { type ImportResult, StartImport } from './import-schema.ts';
import type { Question } from './schema.ts';
import { removeUpload, uploadedFiles } from './upload.ts';

const batchSize = 1000;

/**
 * Imports the files of an upload. Every file is read through once before anything is stored, because a damaged file is
 * not imported in part; then questions go in by batches. Repeating the job after a crash stores nothing twice.
 */
export async function runImport(ctx: Context, rawInput: unknown, control: JobControl): Promise<ImportResult> {
  const { upload, benchmark, ...options } = StartImport.parse(rawInput);
  const closed = await closedImport(ctx, control.runId);
  if (closed !== undefined) return closed;
  const uploaded = await uploadedFiles(ctx.workspace, upload);
  const files = await openCorpusFiles(
    uploaded.map(({ file, named }) => ({ path: file, named })),
    options,
  );
  const total = await countRows(files, control);
  const report = reportBuilder(options.dataset);
  const pass: ImportPass = { importId: control.runId, benchmark, met: new Map() };
  let done = 0;
  for (const file of files) {
    report.begin(file, await sha256OfFile(file.path));
    let batch: Question[] = [];
    const store = async (): Promise<void> => {
      if (batch.length === 0) return;
      const stored = await transact(ctx, (ctx) => storeQuestions(ctx, pass, batch));
      report.stored(stored, batch.length);
      done += batch.length;
      batch = [];
      await control.progress({ done, total, unit: 'questions' });
      control.signal.throwIfAborted();
    };
    for await (const row of file.rows()) {
      report.row(row);
      if ('question' in row) batch.push(row.question);
      if (batch.length >= batchSize) await store();
    }
    await store();
    report.finish(file);
  }
  const result = await recordImport(ctx, control.runId, report.report());
  await removeUpload(ctx.workspace, upload);
  return result;
}

/** A first pass over all files: finds damage before anything is stored, and how much there is to do. */
async function countRows(files: CorpusFile[], control: JobControl): Promise<number> {
  let total = 0;
  for (const file of files) {
    for await (const row of file.rows()) {
      if ('question' in row) total++;
      if (total % 20_000 === 19_999) control.signal.throwIfAborted();
    }
  }
  await control.progress({ done: 0, total, unit: 'questions' });
  return total;
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
