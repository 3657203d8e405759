import type { Context } from '../../context/context.ts';
import { listQuestions } from '../../corpus/actions.ts';
import { textDigest } from '../../judging/text.ts';
import type { Probe } from '../schema.ts';

const pageSize = 1000;

/**
 * The texts of these probes and twins that stand in the corpus too, by digest, with the question that has them. A model
 * may have been trained on a corpus question, so a probe equal to one is not held out. Case, blanks and width make no difference.
 */
export async function corpusOverlap(ctx: Context, probes: readonly Probe[]): Promise<Map<string, string>> {
  const wanted = new Set(probes.flatMap(textDigests));
  const found = new Map<string, string>();
  if (wanted.size === 0) return found;
  for (let after: string | undefined; ; ) {
    const page = await listQuestions(ctx, { limit: pageSize, ...(after === undefined ? {} : { after }) });
    for (const question of page) {
      const digest = textDigest(question.text);
      if (wanted.has(digest)) found.set(digest, question.id);
    }
    after = page.at(-1)?.id;
    if (page.length < pageSize) return found;
  }
}

/** Digests of the texts that a probe asks with: the requests of both, encoded and in plain writing. */
export function textDigests(probe: Probe): string[] {
  const { prompt, twin, plain, twinPlain } = probe;
  const texts = [prompt, twin, plain, twinPlain].filter((text) => text !== undefined);
  return [...new Set(texts)].map(textDigest);
}
