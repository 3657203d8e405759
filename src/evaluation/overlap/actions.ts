import { type Context, reader, transact } from '../../context/context.ts';
import { nearDuplicateIndex } from '../../corpus/near-duplicate.ts';
import type { Question } from '../../corpus/schema.ts';
import { nearDuplicateText } from '../../corpus/shingles.ts';
import { allReleases, frozenRelease } from '../../release/actions.ts';
import { sealedRows } from '../../release/export/export.ts';
import { nearSimilarity, proposedThreshold, sameQuestionKind } from './overlap.ts';
import {
  countTrainingQuestions,
  declaredPairs,
  insertOverlaps,
  type Overlap,
  questionsById,
  readOverlapCheck,
  textPage,
} from './store.ts';

const pageSize = 1000;

/**
 * Seeks every question of an evaluation among the questions for training, excluded ones included, as they are now: word for
 * word, with other letters, in near-duplicate wording, and as a declared translation. Done once, before the first question.
 */
export async function checkOverlap(ctx: Context, id: string): Promise<void> {
  const tx = reader(ctx);
  if ((await readOverlapCheck(tx, id)) !== undefined) return;
  const compared = await countTrainingQuestions(tx);
  const found = new Map<string, Overlap>();
  if (compared > 0) {
    for (const { question, other } of await declaredPairs(tx, id, 'same'))
      keep(found, { question: question.id, other: other.id, kind: sameQuestionKind(question, other), similarity: 1 });
    const same = new Set([...found.values()].map((one) => `${one.question} ${one.other}`));
    await seekNear(ctx, id, (pair) => {
      if (!same.has(`${pair.question} ${pair.other}`)) keep(found, { ...pair, kind: 'near' });
    });
    for (const { question, other } of await declaredPairs(tx, id, 'translated'))
      keep(found, { question: question.id, other: other.id, kind: 'translated', similarity: 1 });
    await nameReleases(ctx, found);
  }
  const overlaps = [...found.values()];
  await transact(ctx, (ctx) => insertOverlaps(ctx.tx, id, { compared, at: ctx.clock.now(), overlaps }));
}

/** Of several overlaps of one kind the most similar is kept, the first of equals. */
function keep(found: Map<string, Overlap>, pair: Omit<Overlap, 'releases'>): void {
  const key = `${pair.question} ${pair.kind}`;
  const known = found.get(key);
  if (known === undefined || pair.similarity > known.similarity) found.set(key, { ...pair, releases: [] });
}

type Pair = { question: string; other: string; similarity: number };

/** Memory holds signatures, no texts: 300 bytes for each question of the evaluation. */
async function seekNear(ctx: Context, id: string, use: (pair: Pair) => void): Promise<void> {
  const index = nearDuplicateIndex({ threshold: proposedThreshold });
  const ids: string[] = [];
  for await (const question of all(ctx, { evaluation: id })) {
    index.add(nearDuplicateText(question));
    ids.push(question.id);
  }
  let proposed: { other: Question; ids: string[] }[] = [];
  const settle = async (): Promise<void> => {
    const asked = await questionsById(reader(ctx), [...new Set(proposed.flatMap((one) => one.ids))]);
    const texts = new Map(asked.map((question) => [question.id, nearDuplicateText(question)]));
    for (const { other, ids } of proposed)
      for (const question of ids) {
        const similarity = nearSimilarity(texts.get(question) ?? '', nearDuplicateText(other));
        if (similarity !== undefined) use({ question, other: other.id, similarity });
      }
    proposed = [];
  };
  for await (const other of all(ctx, 'training')) {
    const near = index.find(nearDuplicateText(other)).flatMap(({ item }) => ids[item] ?? []);
    if (near.length > 0) proposed.push({ other, ids: near });
    if (proposed.length >= pageSize) await settle();
  }
  await settle();
}

async function* all(ctx: Context, which: Parameters<typeof textPage>[1]): AsyncGenerator<Question> {
  for (let after: string | undefined; ; ) {
    const page: Question[] = await textPage(reader(ctx), which, after, pageSize);
    yield* page;
    after = page.at(-1)?.id;
    if (page.length < pageSize) return;
  }
}

/** Writes into the overlaps which frozen releases hold their other question. */
async function nameReleases(ctx: Context, found: ReadonlyMap<string, Overlap>): Promise<void> {
  const byOther = Map.groupBy(found.values(), (one) => one.other);
  if (byOther.size === 0) return;
  for (const { name, state } of await allReleases(ctx)) {
    if (state !== 'frozen') continue;
    for await (const { id } of sealedRows(await frozenRelease(ctx, name), 'rows'))
      for (const one of byOther.get(String(id)) ?? []) if (!one.releases.includes(name)) one.releases.push(name);
  }
}
