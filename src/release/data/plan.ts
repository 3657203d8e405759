import { type Context, reader } from '../../context/context.ts';
import { type Split, splitOf, splits } from '../../verify/files/row.ts';
import type { Rules } from '../../verify/replay/rules.ts';
import type { CreateRelease, Exclusion, ExclusionReason } from '../schema.ts';
import { type Groupable, groupQuestions } from './group.ts';
import { licenceProblem } from './licence.ts';
import { benchmarkPage, type Candidate, candidatePage } from './store.ts';

/** An accepted instance that may go in if its history passes the gate. */
export type Member = {
  readonly instance: string;
  readonly question: string;
  readonly group: string;
  readonly split: Split;
};

export type Plan = {
  readonly candidates: number;
  /** Training before validation, each in the order of the questions' ids. */
  readonly members: readonly Member[];
  readonly exclusions: readonly Exclusion[];
  /** Identities of all held-out questions, sorted. */
  readonly heldOut: readonly string[];
};

const pageSize = 500;

/** Which instances are candidates, on which side of the split each stands, and which a rule about questions keeps out. */
export async function planRelease(ctx: Context, input: CreateRelease, rules: Rules): Promise<Plan> {
  const heldOut: Groupable[] = [];
  for await (const one of pages(
    (after) => benchmarkPage(reader(ctx), after, pageSize),
    (one) => one.id,
  ))
    heldOut.push(one);
  const candidates: (Groupable & { instance: string; problem?: ExclusionReason })[] = [];
  const page = (after?: string): Promise<Candidate[]> =>
    candidatePage(reader(ctx), { dataset: input.dataset, after, limit: pageSize });
  for await (const one of pages(page, (one) => one.question.id)) candidates.push(groupable(one, input));
  const grouped = groupQuestions(candidates, heldOut);
  const members: Member[] = [];
  const exclusions: Exclusion[] = [];
  for (const { id, instance, problem } of candidates) {
    const repeats = grouped.heldOut.get(id);
    const held: ExclusionReason | undefined =
      repeats === undefined ? undefined : { code: 'held-out', text: `it repeats the benchmark question ${repeats}` };
    const reasons = [problem, held].filter((reason) => reason !== undefined);
    const group = grouped.groups.get(id) ?? id;
    if (reasons.length > 0) exclusions.push({ question: id, instance, reasons });
    else members.push({ instance, question: id, group, split: splitOf(group, rules.split) });
  }
  return {
    candidates: candidates.length,
    members: splits.flatMap((split) => members.filter((member) => member.split === split)),
    exclusions,
    heldOut: [...new Set(heldOut.map((one) => one.identity))].sort(),
  };
}

function groupable(one: Candidate, input: CreateRelease): Groupable & { instance: string; problem?: ExclusionReason } {
  const { question, instance, group, identity } = one;
  const problem = one.excluded
    ? ({ code: 'excluded-question', text: 'its question was excluded from the corpus' } as const)
    : licenceProblem(question.licence, input.licences);
  return {
    id: question.id,
    instance,
    group,
    identity,
    text: question.text,
    ...(question.options === undefined ? {} : { options: question.options }),
    ...(problem === undefined ? {} : { problem }),
  };
}

async function* pages<T>(read: (after?: string) => Promise<T[]>, keyOf: (one: T) => string): AsyncGenerator<T> {
  for (let after: string | undefined; ; ) {
    const page = await read(after);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = keyOf(last);
  }
}
