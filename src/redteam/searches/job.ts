import { type Context, reader } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import type { JobControl } from '../../jobs/schema.ts';
import { storableText } from '../../judging/text.ts';
import { type BudgetGuard, openBudget } from '../../llm/calls/budget.ts';
import type { ModelClient } from '../../llm/models.ts';
import type { ChatRequest } from '../../llm/schema.ts';
import { targetClient } from '../../registry/actions.ts';
import { filled } from '../attacks/attacker.ts';
import { seedOf } from '../attacks/compose.ts';
import { screenWritten, writtenPair } from '../attacks/written.ts';
import { hold, judgeItems, wholeJudgment } from '../conversation.ts';
import { openJudge } from '../judges/actions.ts';
import type { Judge } from '../judges/judge.ts';
import { readProbes } from '../probes/store.ts';
import type { Probe } from '../schema.ts';
import { pinned } from '../target.ts';
import { completeSearch, recordAttempt, searchOf } from './actions.ts';
import type { Attempt, Search, SearchReport } from './schema.ts';
import { readAttempts } from './store.ts';
import { type NextTry, nextTry } from './tree.ts';

const maxTokens = 1_024;
const temperature = 0.9;
/** Of a reply, what the attacker is shown: enough to see what it held back. */
const shownOfReply = 1_500;

type Searching = {
  search: Search;
  judge: Judge;
  target: ModelClient;
  attacker: ModelClient;
  budget: BudgetGuard;
  signal: AbortSignal;
};

/**
 * Runs a search, probe by probe. What is tried next follows from the attempts that are stored, and a repeated call is
 * answered from the record of calls: killed and run again, it makes the same attempts and pays for none twice. A spent
 * budget ends it with `incomplete`.
 */
export async function runSearch(ctx: Context, id: string, control: JobControl): Promise<SearchReport> {
  const search = await searchOf(ctx, id);
  const { input } = search;
  const searching: Searching = {
    search,
    judge: await openJudge(ctx, search.judge),
    target: await targetClient(ctx, pinned(search.target)),
    attacker: await ctx.models.client(input.attacker),
    budget: openBudget(ctx.db, { subjectsOf: id, name: `the search "${input.name}"` }, { maxCalls: input.maxCalls }),
    signal: control.signal,
  };
  const probes = await readProbes(reader(ctx), search.probes);
  let done = 0;
  await control.progress({ done, total: probes.length, unit: 'probes' });
  if (search.completedAt === undefined)
    await searching.attacker.each(
      probes,
      async (probe) => {
        await searchProbe(ctx, searching, probe);
        await control.progress({ done: ++done, total: probes.length, unit: 'probes' });
      },
      control.signal,
    );
  return completeSearch(ctx, id);
}

async function searchProbe(ctx: Context, searching: Searching, probe: Probe): Promise<void> {
  const { search, signal } = searching;
  const attempts = await readAttempts(reader(ctx), search.id, probe.id);
  for (;;) {
    signal.throwIfAborted();
    const attempt =
      attempts.length === 0
        ? await tried(ctx, searching, probe, {
            probe: probe.id,
            position: 0,
            depth: 0,
            request: probe.plain ?? probe.prompt,
          })
        : await refined(ctx, searching, probe, attempts);
    if (attempt === undefined) return;
    await recordAttempt(ctx, search.id, attempt);
    attempts.push(attempt);
  }
}

type Draft = Omit<Attempt, 'at' | 'judgment' | 'reply' | 'replyCall' | 'failure' | 'refused'>;

async function refined(
  ctx: Context,
  searching: Searching,
  probe: Probe,
  attempts: readonly Attempt[],
): Promise<Attempt | undefined> {
  const { attacker, search, budget, signal } = searching;
  const next = nextTry(attempts, search.input);
  if (next === undefined) return undefined;
  const request = refinement(ctx, searching, probe, next);
  const { key, reply } = await attacker.call(request, {
    purpose: 'attack',
    subject: subjectOf(search, probe),
    budget,
    signal,
  });
  const draft: Draft = {
    probe: probe.id,
    position: next.position,
    parent: next.parent.position,
    depth: next.depth,
    request: next.parent.request,
    attackerReply: storableText(reply.content),
    attackerCall: key,
  };
  const written = writtenPair(reply.content);
  const reason =
    'refused' in written
      ? written.refused
      : screenWritten(written.pair, { language: probe.language, example: next.parent.request, translated: false });
  if ('refused' in written || reason !== undefined)
    return { ...draft, refused: storableText(reason ?? ''), at: ctx.clock.now().toISOString() };
  return tried(ctx, searching, probe, { ...draft, ...written.pair });
}

/** Asks the target and has the reply judged. A refined request stands alone: what surrounded the probe was its first try. */
async function tried(ctx: Context, searching: Searching, probe: Probe, draft: Draft): Promise<Attempt> {
  const { search, target, judge, budget, signal } = searching;
  const asked: Probe = draft.position === 0 ? probe : alone(probe, draft.request);
  const item = { probe: asked, variant: 'probe' as const };
  const subject = subjectOf(search, probe);
  const settings = { ...search.input, twins: false };
  const turns = await hold(ctx, item, { client: target, settings, subject, signal, budget });
  // The budget counts attacker and target; the judge's own calls stand under the search itself.
  const judgments = await judge.judge(ctx, judgeItems(item, turns), { signal, subject: search.id });
  const judgment = wholeJudgment(judgments);
  const last = turns.at(-1);
  if (judgment === undefined || last === undefined)
    throw new AppError('internal', `The attempt ${draft.position} of ${probe.id} was not judged.`);
  return {
    ...draft,
    reply: last.text,
    ...(last.callKey === undefined ? {} : { replyCall: last.callKey }),
    ...(last.failure === undefined ? {} : { failure: last.failure }),
    judgment,
    at: ctx.clock.now().toISOString(),
  };
}

function alone(
  { lead: _, twinLead: __, plain: ___, twinPlain: ____, twin: _____, ...probe }: Probe,
  prompt: string,
): Probe {
  return { ...probe, prompt };
}

function subjectOf(search: Search, probe: Probe): string {
  return `${search.id}/${probe.id}`;
}

function refinement(ctx: Context, { attacker, search }: Searching, probe: Probe, next: NextTry): ChatRequest {
  const { system, refine } = ctx.profile.attacks.attacker;
  const { parent } = next;
  const content = filled(refine[probe.language], {
    intent: probe.intent,
    request: parent.request,
    reply: (parent.reply ?? '').slice(0, shownOfReply).toWellFormed(),
    verdict: parent.judgment?.verdict ?? '',
  });
  return {
    model: attacker.model,
    messages: [
      { role: 'system', content: system[probe.language] },
      { role: 'user', content },
    ],
    temperature,
    maxTokens,
    seed: seedOf(search.input.seed, `${probe.id} ${parent.position} ${next.branch}`),
  };
}
