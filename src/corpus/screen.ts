import type { Context } from '../context/context.ts';
import type { JobControl } from '../jobs/schema.ts';
import { pageForScreening, recordScreening, type ScreeningUpdate } from './actions.ts';
import { nearDuplicateIndex } from './near-duplicate.ts';
import { findIdentifiers } from './phi.ts';
import type { Question, ScreenResult } from './schema.ts';
import { nearDuplicateText } from './shingles.ts';

const pageSize = 1000;
/** From here on a question counts as wording taken over from a benchmark; below it only groups variants. */
const benchmarkSimilarity = 0.8;

/**
 * Looks at every question: identifiers of patients and near-duplicates of benchmark questions exclude it, near-duplicates
 * among the others join their groups, so that a split keeps them together. Repeating it gives the same result.
 */
export async function runScreening(ctx: Context, control: JobControl): Promise<ScreenResult> {
  const result: ScreenResult = { questions: 0, identifiers: 0, benchmarkOverlap: 0, grouped: 0 };
  const benchmark = nearDuplicateIndex();
  const benchmarkIds: string[] = [];
  for await (const page of pages(ctx, true))
    for (const { question } of page) {
      benchmark.add(nearDuplicateText(question));
      benchmarkIds.push(question.id);
    }
  const seen = nearDuplicateIndex();
  const groups = unions();
  const members: { id: string; group: string }[] = [];
  for await (const page of pages(ctx, false)) {
    const updates: ScreeningUpdate[] = [];
    for (const { question, group } of page) {
      const reason = exclusion(question, benchmark.find(nearDuplicateText(question)), benchmarkIds);
      if (reason !== undefined) {
        updates.push({ id: question.id, exclude: reason.text });
        result[reason.kind]++;
        continue;
      }
      for (const { item } of seen.add(nearDuplicateText(question))) groups.join(group, members[item]?.group ?? group);
      members.push({ id: question.id, group });
    }
    result.questions += page.length;
    await recordScreening(ctx, updates);
    await control.progress({ done: result.questions, unit: 'questions screened' });
    control.signal.throwIfAborted();
  }
  for (let at = 0; at < members.length; at += pageSize) {
    const moved = members.slice(at, at + pageSize).filter((one) => groups.of(one.group) !== one.group);
    await recordScreening(
      ctx,
      moved.map((one) => ({ id: one.id, group: groups.of(one.group) })),
    );
    result.grouped += moved.length;
  }
  return result;
}

function exclusion(
  question: Question,
  alike: { item: number; similarity: number }[],
  benchmarkIds: string[],
): { kind: 'identifiers' | 'benchmarkOverlap'; text: string } | undefined {
  const found = findIdentifiers([question.text, ...(question.context ?? []).map((part) => part.text)].join('\n'));
  const identifier = found.find((one) => one.strength === 'identifier');
  if (identifier !== undefined)
    return { kind: 'identifiers', text: `holds what looks like a patient's ${identifier.class}` };
  const nearest = alike.find((one) => one.similarity >= benchmarkSimilarity);
  if (nearest === undefined) return undefined;
  const text = `near-duplicate (${nearest.similarity.toFixed(2)}) of the benchmark question ${benchmarkIds[nearest.item]}`;
  return { kind: 'benchmarkOverlap', text };
}

async function* pages(ctx: Context, benchmark: boolean): AsyncGenerator<{ question: Question; group: string }[]> {
  for (let after: string | undefined; ; ) {
    const page = await pageForScreening(ctx, { benchmark, after, limit: pageSize });
    if (page.length > 0) yield page;
    after = page.at(-1)?.question.id;
    if (page.length < pageSize) return;
  }
}

/** Disjoint sets of group names; a set is named by its smallest member. */
function unions(): { of(name: string): string; join(a: string, b: string): void } {
  const parents = new Map<string, string>();
  const of = (name: string): string => {
    let root = name;
    for (let parent = parents.get(root); parent !== undefined; parent = parents.get(root)) root = parent;
    return root;
  };
  return {
    of,
    join: (a, b) => {
      const [first, second] = [of(a), of(b)].sort() as [string, string]; // two names in, two out
      if (first !== second) parents.set(second, first);
    },
  };
}
