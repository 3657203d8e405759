import { type Context, reader } from '../context/context.ts';
import { nearDuplicateIndex } from '../corpus/near-duplicate.ts';
import { nearDuplicateText, shingleSimilarity } from '../corpus/shingles.ts';
import { NearOverlap, type NearPair } from './schema.ts';
import {
  benchmarkBasis,
  benchmarkTexts,
  countTrainingQuestions,
  countTrainingTexts,
  keepNearCheck,
  type QuestionText,
  readNearChecks,
  trainingTexts,
} from './store-overlap.ts';

/** As in screening: from here on a question counts as wording taken over from a benchmark. */
export const nearThreshold = 0.8;
/** The index only proposes; its estimate may be two standard errors too low. */
const proposed = nearThreshold - 0.09;
const pageSize = 1000;
const shownPairs = 10;

/**
 * Near-duplicates of evaluation sets, as they are now, among what a model and its line were trained on; kept until sets or
 * rows change. Questions that are the same word for word are overlaps and not counted here.
 */
export async function nearOverlap(ctx: Context, digest: string): Promise<NearOverlap> {
  const tx = reader(ctx);
  const basis = await basisOf(ctx, digest);
  const kept = (await readNearChecks(tx, [digest])).get(digest);
  const known = kept?.basis === basis ? NearOverlap.safeParse(kept.content) : undefined;
  if (known?.success === true) return known.data;
  const found = await seek(ctx, digest);
  await keepNearCheck(tx, digest, { basis, content: found, at: ctx.clock.now() });
  return found;
}

/** What was found before of these models: benchmark questions with a near-duplicate; absent where the sets have changed since. */
export async function keptNearCounts(ctx: Context, digests: string[]): Promise<Map<string, number>> {
  const benchmark = await benchmarkBasis(reader(ctx));
  const counts = new Map<string, number>();
  for (const [digest, { basis, content }] of await readNearChecks(reader(ctx), digests)) {
    const found = NearOverlap.safeParse(content);
    if (found.success && basis.startsWith(`${benchmark} `)) counts.set(digest, nearQuestions(found.data));
  }
  return counts;
}

/** Benchmark questions that have a near-duplicate, over all sets. */
export function nearQuestions(near: NearOverlap): number {
  return near.sets.reduce((sum, set) => sum + set.questions, 0);
}

async function basisOf(ctx: Context, digest: string): Promise<string> {
  const tx = reader(ctx);
  return `${await benchmarkBasis(tx)} ${await countTrainingTexts(tx, digest)}`;
}

async function seek(ctx: Context, digest: string): Promise<NearOverlap> {
  const tx = reader(ctx);
  const index = nearDuplicateIndex({ threshold: proposed });
  const trained: { id: string; text: string }[] = [];
  for await (const question of all((after) => trainingTexts(tx, digest, after, pageSize))) {
    const text = nearDuplicateText(question);
    index.add(text);
    trained.push({ id: question.id, text });
  }
  const bySet = new Map<string, NearPair[]>();
  let benchmark = 0;
  if (trained.length > 0)
    for await (const question of all((after) => benchmarkTexts(tx, digest, after, pageSize))) {
      benchmark++;
      const text = nearDuplicateText(question);
      const best = index
        .find(text)
        .flatMap(({ item }) => trained[item] ?? [])
        .map((one) => ({ training: one.id, similarity: shingleSimilarity(text, one.text) }))
        .reduce<Omit<NearPair, 'benchmark'> | undefined>(
          (most, one) => (most === undefined || one.similarity > most.similarity ? one : most),
          undefined,
        );
      if (best === undefined || best.similarity < nearThreshold) continue;
      const pairs = bySet.get(question.set) ?? [];
      pairs.push({ benchmark: question.id, ...best });
      bySet.set(question.set, pairs);
    }
  const sets = [...bySet].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    threshold: nearThreshold,
    compared: trained.length,
    unread: Math.max(0, (await countTrainingQuestions(tx, digest)) - (await countTrainingTexts(tx, digest))),
    benchmark,
    sets: sets.map(([set, pairs]) => ({
      set,
      questions: pairs.length,
      pairs: pairs.sort((a, b) => b.similarity - a.similarity).slice(0, shownPairs),
    })),
  };
}

async function* all(page: (after: string | undefined) => Promise<QuestionText[]>): AsyncGenerator<QuestionText> {
  for (let after: string | undefined; ; ) {
    const questions = await page(after);
    yield* questions;
    after = questions.at(-1)?.id;
    if (questions.length < pageSize) return;
  }
}
