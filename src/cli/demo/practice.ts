import { z } from 'zod';
import type { Client } from '../client.ts';
import type { Terminal } from '../terminal.ts';
import { importQuestions, importRecorded, writeTraces } from './signals.ts';

/** A data set of its own: the release and its figures are those of the other one. */
const dataset = 'medication-safety-practice';

export const Practice = z.object({ questions: z.int(), reviews: z.int() });

/**
 * Leaves work for whoever signs in as one of the demonstration's people: instances that wait for reviewers, and the few
 * recorded reviews by which one goes to the adjudicator and one to the panel. Nothing of it is decided. Done again, it
 * adds only what is missing. Returns how many questions and recorded reviews are there.
 */
export async function openPractice(
  client: Client,
  terminal: Terminal,
  example: string,
): Promise<z.infer<typeof Practice>> {
  const files = [`${example}/questions-practice.jsonl`];
  const questions = await importQuestions(client, terminal, files, { dataset, benchmark: false });
  await writeTraces(client, terminal, dataset);
  const { taken, already } = await importRecorded(client, terminal, [`${example}/reviews-practice.jsonl`]);
  return { questions, reviews: taken + already };
}
