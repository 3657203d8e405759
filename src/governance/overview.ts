import { listAllAccounts } from '../accounts/actions.ts';
import { requireRole } from '../context/actor.ts';
import { type Context, reader } from '../context/context.ts';
import { corpusSummary } from '../corpus/actions.ts';
import { generationStatus } from '../generation/actions.ts';
import { logStatus } from '../ledger/actions.ts';
import { totals } from '../llm/call-store.ts';
import { listModels } from '../registry/actions.ts';
import { allReleases } from '../release/actions.ts';
import { reviewCounts } from '../review/actions.ts';
import { trainingRuns } from '../training/actions.ts';
import type { Overview } from './schema.ts';

type Stage = Overview['stages'][number];

const tones: Record<string, string> = { accepted: 'teal', rejected: 'red', panel: 'orange', approved: 'teal' };

function stage(name: Stage['name'], counts: Map<string, number>): Stage {
  const parts = [...counts]
    .filter(([, count]) => count > 0)
    .map(([name, count]) => ({ name, count, tone: tones[name] ?? 'gray' }));
  return { name, count: parts.reduce((sum, part) => sum + part.count, 0), parts };
}

/** Counts things by one of their words. */
function tally<T>(
  items: readonly T[],
  word: (item: T) => string,
  weight: (item: T) => number = () => 1,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(word(item), (counts.get(word(item)) ?? 0) + weight(item));
  return counts;
}

/** The pipeline at a glance, counted from rows. */
export async function overview(ctx: Context): Promise<Overview> {
  requireRole(ctx.actor, 'engineer', 'steward', 'auditor', 'admin', 'red-teamer', 'release-approver', 'panel-chair');
  const corpus = await corpusSummary(ctx);
  const generation = await generationStatus(ctx);
  const reviews = await reviewCounts(ctx);
  const log = await logStatus(ctx);
  const calls = await totals(reader(ctx));
  const active = corpus.counts.filter((row) => row.state !== 'excluded');
  return {
    demo: (await listAllAccounts(ctx)).some((account) => account.demo),
    stages: [
      stage(
        'questions',
        tally(
          active,
          (row) => (row.benchmark ? 'benchmark' : row.kind),
          (row) => row.n,
        ),
      ),
      { ...stage('traces', new Map(Object.entries(generation.byState))), count: generation.traces },
      stage('reviews', new Map([['reviews', reviews.reviews]])),
      stage(
        'panel',
        new Map([
          ['decided', reviews.decided],
          ['open', reviews.cases - reviews.decided],
        ]),
      ),
      stage(
        'releases',
        tally(await allReleases(ctx), (release) => release.state),
      ),
      stage(
        'training',
        tally(await trainingRuns(ctx), (run) => run.state),
      ),
      stage(
        'models',
        tally(await listModels(ctx, { limit: 1000 }), (model) => model.state),
      ),
    ],
    log: { origin: log.origin, size: log.size, pending: log.pending, rootHash: log.rootHash },
    calls: { made: calls.made, cached: calls.cached, failed: calls.failed },
  };
}
