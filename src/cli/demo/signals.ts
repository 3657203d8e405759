import { z } from 'zod';
import { ImportResult } from '../../corpus/import-schema.ts';
import { GenerateResult, GenerationStatus, JobReply } from '../../generation/schema.ts';
import type { Client } from '../client.ts';
import { importFiles } from '../review.ts';
import type { Terminal } from '../terminal.ts';

export const ImportedCorpus = z.object({ training: z.int(), benchmark: z.int() });

const questionFiles = ['knowledge', 'guard', 'ethics'].map((kind) => `questions-${kind}.jsonl`);
const reviewFiles = ['knowledge', 'guard', 'ethics'].flatMap((kind) => [
  `reviews-${kind}.jsonl`,
  `panels-${kind}.jsonl`,
]);

/** Imports the example's questions for training, and its exam as a benchmark. */
export async function importCorpus(
  client: Client,
  terminal: Terminal,
  example: string,
): Promise<z.infer<typeof ImportedCorpus>> {
  const take = async (files: string[], dataset: string, benchmark: boolean): Promise<number> => {
    const upload = await client.upload(files.map((file) => `${example}/${file}`));
    const { job } = await client.post(JobReply, '/v1/corpus/imports', { upload, dataset, benchmark });
    const run = await client.wait(job, terminal.progress(`  ${dataset}`));
    const { counts } = ImportResult.parse(run.result);
    return counts.imported + counts.duplicates;
  };
  return {
    training: await take(questionFiles, 'medication-safety', false),
    benchmark: await take(['exam.jsonl'], 'medication-safety-exam', true),
  };
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
    const { job } = await client.post(JobReply, '/v1/generation/runs', {
      endpoint: 'teacher',
      dataset: 'medication-safety',
    });
    const run = await client.wait(job, terminal.progress('  traces'));
    const { generated } = GenerateResult.parse(run.result);
    const reviews = await importFiles(client, files);
    for (const line of reviews.lines)
      if (line.outcome === 'refused') terminal.say(`  refused: ${line.question}: ${line.reason ?? ''}`);
    if (generated > 0 || reviews.taken > 0) {
      rounds++;
      terminal.say(`  round ${rounds}: ${generated} traces, ${reviews.taken} reviews and panel decisions`);
    }
    busy = generated > 0 || reviews.taken > 0;
  }
  const { traces } = await client.get(GenerationStatus, '/v1/generation/status');
  return { rounds, traces };
}
