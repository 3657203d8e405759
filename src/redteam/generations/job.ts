import { type Context, reader } from '../../context/context.ts';
import type { JobControl } from '../../jobs/schema.ts';
import { storableText } from '../../judging/text.ts';
import { openBudget } from '../../llm/calls/budget.ts';
import { createGroup } from '../../llm/calls/group.ts';
import type { CallOptions } from '../../llm/models.ts';
import { translatePair, type Writing, writePair } from '../attacks/attacker.ts';
import { baseOf, type Composing, compose } from '../attacks/compose.ts';
import type { Recipe } from '../attacks/recipe-schema.ts';
import { screenWritten } from '../attacks/written.ts';
import { completeGeneration, generationOf, plannedRecipes, recordCandidates } from './actions.ts';
import type { Candidate, GenerateProbes, GenerationResult } from './schema.ts';
import { writtenPositions } from './store.ts';

type Planned = { position: number; recipe: Recipe };

const pageSize = 500;

/**
 * Makes the probes of a generation. Resumable: what was written for a recipe is a row before the next page, and a repeated
 * call is answered from the record of calls. A spent budget ends it with `incomplete`; the rest can be resumed.
 */
export async function runGeneration(ctx: Context, id: string, control: JobControl): Promise<GenerationResult> {
  const { input, result } = await generationOf(ctx, id);
  if (result !== undefined) return result;
  const planned = plannedRecipes(ctx, input).map((recipe, position) => ({ position, recipe }));
  const written = await writtenPositions(reader(ctx), id);
  const open = planned.filter(({ position }) => !written.has(position));
  let done = written.size;
  const store = async (rows: readonly Candidate[]): Promise<void> => {
    await recordCandidates(ctx, id, rows);
    done += rows.length;
    await control.progress({ done, total: planned.length, unit: 'probes' });
  };
  await control.progress({ done, total: planned.length, unit: 'probes' });
  const endpoint = input.attacker ?? input.translation?.endpoint;
  if (endpoint === undefined) await byTemplate(ctx, input, { open, store, signal: control.signal });
  else await byModel(ctx, { id, input, endpoint }, { open, store, signal: control.signal });
  return completeGeneration(ctx, id);
}

type Work = { open: readonly Planned[]; store: (rows: readonly Candidate[]) => Promise<void>; signal: AbortSignal };

async function byTemplate(ctx: Context, input: GenerateProbes, { open, store, signal }: Work): Promise<void> {
  for (let at = 0; at < open.length; at += pageSize) {
    signal.throwIfAborted();
    await store(open.slice(at, at + pageSize).map((one) => candidate(ctx, one, input)));
  }
}

async function byModel(
  ctx: Context,
  { id, input, endpoint }: { id: string; input: GenerateProbes; endpoint: string },
  { open, store, signal }: Work,
): Promise<void> {
  const client = await ctx.models.client(endpoint);
  const budget = openBudget(ctx.db, { subjectsOf: id, name: `the generation of probes ${id}` }, input.budget);
  const group = createGroup<Candidate, undefined>(async (rows) => {
    await store(rows);
    return rows.map(() => undefined);
  }, pageSize);
  await client.each(
    open,
    async (one) => {
      const call: CallOptions = { purpose: 'attack', subject: `${id}/${one.position}`, signal, budget };
      const writing =
        input.translation === undefined
          ? await writePair(ctx.profile, client, one.recipe, { ...call, seed: input.seed })
          : await translatePair(ctx.profile, client, translationOf(ctx, input, one.recipe), call);
      await group.submit(candidate(ctx, one, input, writing));
    },
    signal,
  );
}

/** The probe of the recipe in the source language, which the model then brings into the recipe's own. */
function translationOf(
  ctx: Context,
  input: GenerateProbes,
  recipe: Recipe,
): { pair: { request: string; twin: string }; into: 'en' | 'zh'; through: string | undefined } {
  const { script: _, encodings: __, ...plain } = recipe;
  const language = input.translation?.from ?? recipe.language;
  const source = compose(ctx.profile, { ...plain, language }, { seed: input.seed, split: input.split });
  const probe = 'probe' in source ? source.probe : undefined;
  return {
    pair: { request: probe?.prompt ?? '', twin: probe?.twin ?? '' },
    into: recipe.language,
    through: input.translation?.through,
  };
}

/** The row of a recipe: a draft, or why there is none. */
function candidate(ctx: Context, { position, recipe }: Planned, input: GenerateProbes, writing?: Writing): Candidate {
  const raw = writing === undefined ? {} : { reply: storableText(writing.reply), callKey: writing.callKey };
  const refused = (reason: string): Candidate => ({
    position,
    recipe,
    ...raw,
    state: 'refused',
    reason: storableText(reason),
  });
  const composing: Composing = { seed: input.seed, split: input.split };
  if (writing !== undefined) {
    if ('refused' in writing) return refused(writing.refused);
    const translated = input.translation !== undefined;
    const example = translated ? undefined : baseOf(ctx.profile, recipe.base).request[recipe.language];
    const reason = screenWritten(writing.pair, { language: recipe.language, example, translated });
    if (reason !== undefined) return refused(reason);
    composing.written = {
      ...writing.pair,
      attacker: input.attacker ?? input.translation?.endpoint ?? '',
      callKey: writing.callKey,
      ...(translated ? { techniques: ['translation'] } : {}),
    };
  }
  const composed = compose(ctx.profile, recipe, composing);
  return 'obstacle' in composed
    ? refused(composed.obstacle)
    : { position, recipe, ...raw, probe: composed.probe, state: 'drafted' };
}
