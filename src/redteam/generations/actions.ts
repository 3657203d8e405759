import { randomUUID } from 'node:crypto';
import { requireRole } from '../../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import type { AttackSources } from '../../profile/attack-schema.ts';
import { recipes } from '../attacks/recipe.ts';
import type { Recipe } from '../attacks/recipe-schema.ts';
import { importProbes, listProbes } from '../probes/actions.ts';
import { knownProbes } from '../probes/store.ts';
import { readersOfAttacks, runners } from '../roles.ts';
import type { LineOutcome, Probe } from '../schema.ts';
import { keptRequests } from './near-probe.ts';
import type {
  Candidate,
  CandidatePage,
  GenerateProbes,
  Generation,
  GenerationResult,
  GenerationStarted,
} from './schema.ts';
import {
  candidatePage,
  insertCandidates,
  insertGeneration,
  readGeneration,
  setGenerationResult,
  settleCandidates,
} from './store.ts';

const pageSize = 1_000;

/** Writes down what is to be made and enqueues the making. `invalid_input` for codes that nobody knows and where nothing is left to make. */
export async function startGeneration(ctx: Context, input: GenerateProbes): Promise<GenerationStarted> {
  requireRole(ctx.actor, ...runners);
  for (const endpoint of [input.attacker, input.translation?.endpoint])
    if (endpoint !== undefined) ctx.models.require(endpoint);
  if (plannedRecipes(ctx, input).length === 0)
    throw new AppError('invalid_input', 'No probe is asked for: no base request, strategy and level fit together.');
  return transact(ctx, async (ctx) => {
    const generation: Generation = {
      id: randomUUID(),
      input,
      profileDigest: ctx.profile.digest,
      createdBy: ctx.actor.id,
      createdAt: ctx.clock.now().toISOString(),
    };
    await insertGeneration(ctx.tx, generation);
    return { generation: generation.id, job: await enqueue(ctx, generation.id) };
  });
}

/** Enqueues the rest of a generation that failed, was stopped or ran out of its budget; what was written stays. */
export async function resumeGeneration(ctx: Context, id: string): Promise<GenerationStarted> {
  requireRole(ctx.actor, ...runners);
  return transact(ctx, async (ctx) => ({
    generation: id,
    job: await enqueue(ctx, (await generationOf(ctx, id)).id),
  }));
}

function enqueue(ctx: TxContext, generation: string): Promise<string> {
  return ctx.jobs.enqueueOnce(ctx.tx, 'redteam', { task: 'generation', generation }, ctx.actor.id);
}

/** The recipes of a generation, each at its position. A translation from a language makes probes of the other ones, or through a third. */
export function plannedRecipes(ctx: Pick<Context, 'profile'>, input: GenerateProbes): Recipe[] {
  const { translation } = input;
  return recipes(ctx.profile, input).filter(
    ({ language }) => translation === undefined || translation.through !== undefined || language !== translation.from,
  );
}

/** How the profile places the records of public sets. */
export function attackSources(ctx: Context): AttackSources {
  const { outside, sources } = ctx.profile.attacks;
  return { outside, sources };
}

/** One generation; for callers that hold a right of their own to it. */
export async function generationOf(ctx: Context, id: string): Promise<Generation> {
  const generation = await readGeneration(reader(ctx), id);
  if (generation === undefined) throw new AppError('not_found', `There is no generation of probes ${id}.`);
  return generation;
}

export async function getGeneration(ctx: Context, id: string): Promise<Generation> {
  requireRole(ctx.actor, ...readersOfAttacks);
  return generationOf(ctx, id);
}

/** A page of what was written, taken or not, with the raw replies. */
export async function listCandidates(
  ctx: Context,
  id: string,
  page: { from: number; limit: number },
): Promise<CandidatePage> {
  requireRole(ctx.actor, ...readersOfAttacks);
  await generationOf(ctx, id);
  const rows = await candidatePage(reader(ctx), id, { ...page, limit: page.limit + 1 });
  const [beyond] = rows.splice(page.limit);
  return { candidates: rows, ...(beyond === undefined ? {} : { next: beyond.position }) };
}

/** Stores what was written; a position that is stored already is left as it is. */
export async function recordCandidates(ctx: Context, id: string, rows: readonly Candidate[]): Promise<void> {
  requireRole(ctx.actor, ...runners);
  await transact(ctx, (ctx) => insertCandidates(ctx.tx, id, rows, ctx.clock.now()));
}

/**
 * Ends a generation: of the drafts, in the order of their positions, those that a model wrote and that repeat an earlier or
 * a stored request are refused; the rest become probes. Done in one transaction, so that it happens once and as a whole.
 */
export async function completeGeneration(ctx: Context, id: string): Promise<GenerationResult> {
  requireRole(ctx.actor, ...runners);
  return transact(ctx, async (ctx) => {
    const { result, input } = await generationOf(ctx, id);
    if (result !== undefined) return result;
    const candidates = await allCandidates(ctx, id);
    const drafts = candidates.flatMap(({ position, probe, state }) =>
      state === 'drafted' && probe !== undefined ? [{ position, probe }] : [],
    );
    const written = input.attacker !== undefined || input.translation !== undefined;
    const repeats = written ? await repeated(ctx, drafts) : new Map<number, string>();
    const fresh = drafts.filter(({ position }) => !repeats.has(position));
    const before = await knownProbes(
      ctx.tx,
      fresh.map(({ probe }) => probe.id),
    );
    const report = await importProbes(
      ctx,
      fresh.map(({ probe }) => probe),
    );
    const settled = settle(fresh, report.lines, repeats, before);
    await settleCandidates(ctx.tx, id, settled);
    const outcome = resultOf(id, [
      ...settled,
      ...candidates.flatMap(({ position, state, reason }) =>
        state === 'refused' ? [{ position, state, ...(reason === undefined ? {} : { reason }) }] : [],
      ),
    ]);
    await setGenerationResult(ctx.tx, id, outcome, ctx.clock.now());
    return outcome;
  });
}

type Draft = { position: number; probe: Probe };
type Settled = { position: number; state: 'taken' | 'already' | 'refused'; reason?: string };

function settle(
  fresh: readonly Draft[],
  lines: readonly LineOutcome[],
  repeats: ReadonlyMap<number, string>,
  before: ReadonlyMap<string, string>,
): Settled[] {
  const reasons = new Map(lines.map((line) => [line.line, line.reason ?? 'refused']));
  return [
    ...fresh.map(({ position, probe }, at): Settled => {
      const reason = reasons.get(at + 1);
      if (reason !== undefined) return { position, state: 'refused', reason };
      return { position, state: before.has(probe.id) ? 'already' : 'taken' };
    }),
    ...Array.from(repeats, ([position, reason]): Settled => ({ position, state: 'refused', reason })),
  ];
}

/** Drafts whose request repeats a stored probe's or an earlier draft's, with what it repeats. */
async function repeated(ctx: Context, drafts: readonly Draft[]): Promise<Map<number, string>> {
  const kept = keptRequests();
  const own = new Set(drafts.map(({ probe }) => probe.id));
  for (let after: string | undefined; ; ) {
    const page = await listProbes(ctx, { limit: pageSize, ...(after === undefined ? {} : { after }) });
    for (const probe of page) if (!own.has(probe.id)) kept.add(probe);
    after = page.at(-1)?.id;
    if (page.length < pageSize) break;
  }
  const found = new Map<number, string>();
  for (const { position, probe } of drafts) {
    const like = kept.like(probe);
    if (like === undefined) kept.add(probe);
    else found.set(position, `it repeats the probe ${like.id} (${like.similarity.toFixed(2)})`);
  }
  return found;
}

async function allCandidates(ctx: Context, id: string): Promise<Candidate[]> {
  const all: Candidate[] = [];
  for (let from = 0; ; ) {
    const page = await candidatePage(reader(ctx), id, { from, limit: pageSize });
    all.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return all;
    from = last.position + 1;
  }
}

/** A reason without what differs from case to case, so that equal ones are counted together. */
function kindOfReason(reason: string): string {
  return reason.replace(/(repeats the probe) .*$/, '$1 before it').replace(/"[^"]*"/g, '"…"');
}

function resultOf(generation: string, settled: readonly { state: string; reason?: string }[]): GenerationResult {
  const count = (state: string): number => settled.filter((one) => one.state === state).length;
  const refused = settled.filter((one) => one.state === 'refused');
  return {
    generation,
    taken: count('taken'),
    already: count('already'),
    refused: refused.length,
    reasons: [...Map.groupBy(refused, (one) => kindOfReason(one.reason ?? 'no reason given'))]
      .map(([reason, all]) => ({ reason, n: all.length }))
      .sort((a, b) => b.n - a.n || (a.reason < b.reason ? -1 : 1)),
  };
}
