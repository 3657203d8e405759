import { z } from 'zod';
import { ImportResult } from '../../corpus/import-schema.ts';
import { GenerateResult, GenerationStatus, JobReply } from '../../generation/schema.ts';
import type { TransferReport } from '../../review/transfer/schema.ts';
import type { Client } from '../client.ts';
import { importFiles } from '../review.ts';
import type { Terminal } from '../terminal.ts';

export const ImportedCorpus = z.object({ training: z.int(), benchmark: z.int() });

const questionFiles = ['knowledge', 'guard', 'ethics'].map((kind) => `questions-${kind}.jsonl`);
const reviewFiles = ['knowledge', 'guard', 'ethics'].flatMap((kind) => [
  `reviews-${kind}.jsonl`,
  `panels-${kind}.jsonl`,
]);

/** Imports files of questions under one name; returns how many questions of the data set are there. */
export async function importQuestions(
  client: Client,
  terminal: Terminal,
  files: string[],
  options: { dataset: string; benchmark: boolean },
): Promise<number> {
  const upload = await client.upload(files);
  const { job } = await client.post(JobReply, '/v1/corpus/imports', { upload, ...options });
  const run = await client.wait(job, terminal.progress(`  ${options.dataset}`));
  const { counts } = ImportResult.parse(run.result);
  return counts.imported + counts.duplicates;
}

/** Imports the example's questions for training, and its exam as a benchmark. */
export async function importCorpus(
  client: Client,
  terminal: Terminal,
  example: string,
): Promise<z.infer<typeof ImportedCorpus>> {
  const take = (files: string[], dataset: string, benchmark: boolean): Promise<number> =>
    importQuestions(
      client,
      terminal,
      files.map((file) => `${example}/${file}`),
      { dataset, benchmark },
    );
  return {
    training: await take(questionFiles, 'medication-safety', false),
    benchmark: await take(['exam.jsonl'], 'medication-safety-exam', true),
  };
}

/** Has the teacher write every trace of a data set that waits; returns how many it wrote. */
export async function writeTraces(client: Client, terminal: Terminal, dataset: string): Promise<number> {
  const { job } = await client.post(JobReply, '/v1/generation/runs', { endpoint: 'teacher', dataset });
  const run = await client.wait(job, terminal.progress('  traces'));
  return GenerateResult.parse(run.result).generated;
}

/** Submits recorded reviews and panel decisions, and says which were refused. */
export async function importRecorded(client: Client, terminal: Terminal, files: string[]): Promise<TransferReport> {
  const report = await importFiles(client, files);
  for (const line of report.lines)
    if (line.outcome === 'refused') terminal.say(`  refused: ${line.question}: ${line.reason ?? ''}`);
  return report;
}

export const Signals = z.object({ rounds: z.int(), traces: z.int() });

/**
 * Lets the teacher write and the reviewers judge, round after round, until nobody has anything left to say: every
 * instance is then accepted or rejected. Teacher's replies and reviews are the recorded ones of the example.
 */
export async function collectSignals(
  client: Client,
  terminal: Terminal,
  example: string,
): Promise<z.infer<typeof Signals>> {
  const files = reviewFiles.map((file) => `${example}/${file}`);
  let rounds = 0;
  for (let busy = true; busy; ) {
    const generated = await writeTraces(client, terminal, 'medication-safety');
    const reviews = await importRecorded(client, terminal, files);
    if (generated > 0 || reviews.taken > 0) {
      rounds++;
      terminal.say(`  round ${rounds}: ${generated} traces, ${reviews.taken} reviews and panel decisions`);
    }
    busy = generated > 0 || reviews.taken > 0;
  }
  const { traces } = await client.get(GenerationStatus, '/v1/generation/status');
  return { rounds, traces };
}
