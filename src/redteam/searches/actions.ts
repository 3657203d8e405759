import { randomUUID } from 'node:crypto';
import { requireRole } from '../../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { appendEvent, asJson } from '../../ledger/actions.ts';
import { modelIdentity } from '../../registry/actions.ts';
import { judgeOf } from '../judges/actions.ts';
import { recordDigest } from '../lines.ts';
import { selectProbes } from '../probes/store.ts';
import { readersOfAttacks, runners } from '../roles.ts';
import type { Attempt, Search, SearchReport, SearchStarted, StartSearch } from './schema.ts';
import { insertAttempt, insertSearch, readAttempts, readSearch, setSearchCompleted } from './store.ts';
import { isSuccess } from './tree.ts';

/** Fixes target, judge and probes of a search and enqueues it. Throws `invalid_input` where no probe matches. */
export async function startSearch(ctx: Context, input: StartSearch): Promise<SearchStarted> {
  requireRole(ctx.actor, ...runners);
  ctx.models.require(input.attacker);
  return transact(ctx, async (ctx) => {
    const probes = await selectProbes(ctx.tx, input.probes);
    if (probes.length === 0)
      throw new AppError(
        'invalid_input',
        'No probe matches. Import or generate probes, or ask for fewer characteristics.',
      );
    const search: Search = {
      id: randomUUID(),
      input,
      judge: (await judgeOf(ctx, input.judge)).id,
      target: { name: input.target.name, identity: await modelIdentity(ctx, input.target.ref) },
      probes: probes.map(({ id }) => id),
      profileDigest: ctx.profile.digest,
      createdBy: ctx.actor.id,
      createdAt: ctx.clock.now().toISOString(),
    };
    await insertSearch(ctx.tx, search);
    return { search: search.id, job: await enqueue(ctx, search.id) };
  });
}

/** Enqueues the rest of a search; what was tried stays. */
export async function resumeSearch(ctx: Context, id: string): Promise<SearchStarted> {
  requireRole(ctx.actor, ...runners);
  return transact(ctx, async (ctx) => ({ search: id, job: await enqueue(ctx, (await searchOf(ctx, id)).id) }));
}

function enqueue(ctx: TxContext, search: string): Promise<string> {
  return ctx.jobs.enqueueOnce(ctx.tx, 'redteam', { task: 'search', search }, ctx.actor.id);
}

/** One search; for callers that hold a right of their own to it. */
export async function searchOf(ctx: Context, id: string): Promise<Search> {
  const search = await readSearch(reader(ctx), id);
  if (search === undefined) throw new AppError('not_found', `There is no search ${id}.`);
  return search;
}

/** Stores an attempt; one that is stored already is left as it is. */
export async function recordAttempt(ctx: Context, search: string, attempt: Attempt): Promise<void> {
  requireRole(ctx.actor, ...runners);
  await transact(ctx, (ctx) => insertAttempt(ctx.tx, search, attempt));
}

/** Closes a search with the event that commits to its attempts. Once closed, it is left alone. */
export async function completeSearch(ctx: Context, id: string): Promise<SearchReport> {
  requireRole(ctx.actor, ...runners);
  return transact(ctx, async (ctx) => {
    const search = await readSearch(ctx.tx, id, true);
    if (search === undefined) throw new AppError('not_found', `There is no search ${id}.`);
    const attempts = await readAttempts(ctx.tx, id);
    if (search.completedAt === undefined) {
      const report = searchReport(search, attempts);
      const event = await appendEvent(ctx, {
        type: 'redteam.searched',
        data: {
          search: id,
          judge: search.judge,
          target: asJson(search.target),
          input: asJson(search.input),
          attempts: attempts.length,
          succeeded: report.probes.filter(({ success }) => success !== undefined).length,
          attemptsSha256: recordDigest({ attempts }),
        },
      });
      await setSearchCompleted(ctx.tx, id, ctx.clock.now(), event.seq);
    }
    return searchReport(await searchOf(ctx, id), attempts);
  });
}

function searchReport(search: Search, attempts: readonly Attempt[]): SearchReport {
  return {
    search,
    attempts: attempts.length,
    refused: attempts.filter(({ refused }) => refused !== undefined).length,
    undecided: attempts.filter(({ judgment }) => judgment?.verdict === 'undecided').length,
    probes: search.probes.map((probe) => {
      const own = attempts.filter((one) => one.probe === probe);
      const success = own.find(isSuccess);
      return {
        probe,
        attempts: own.length,
        ...(success === undefined ? {} : { success: success.position, depth: success.depth }),
      };
    }),
  };
}

/** What a search came to so far, without any text. */
export async function getSearch(ctx: Context, id: string): Promise<SearchReport> {
  requireRole(ctx.actor, ...readersOfAttacks);
  return searchReport(await searchOf(ctx, id), await readAttempts(reader(ctx), id));
}

/** The attempts of one probe of a search, with all texts. */
export async function listAttempts(ctx: Context, id: string, probe: string): Promise<Attempt[]> {
  requireRole(ctx.actor, ...readersOfAttacks);
  return readAttempts(reader(ctx), (await searchOf(ctx, id)).id, probe);
}
