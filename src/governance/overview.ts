import { listAllAccounts } from '../accounts/actions.ts';
import { requireRole } from '../context/actor.ts';
import { type Context, reader } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { corpusSummary } from '../corpus/actions.ts';
import { recentEvaluations } from '../evaluation/report-actions.ts';
import { generationStatus } from '../generation/actions.ts';
import { logStatus } from '../ledger/actions.ts';
import { totals } from '../llm/calls/call-store.ts';
import { QuestionKind } from '../profile/schema.ts';
import { recentCampaigns } from '../redteam/actions.ts';
import { listModels } from '../registry/actions.ts';
import { allReleases } from '../release/actions.ts';
import { reviewCounts } from '../review/actions.ts';
import { trainingRuns } from '../training/actions.ts';
import { issuedEvidence } from './actions.ts';
import type { Overview, PartName, StageName } from './schema.ts';

type Stage = Overview['stages'][number];
type Parts = Partial<Record<PartName, number>>;

/** More than a workspace can hold in practice; the lists have no counting of their own. */
const all = 10_000;

function sum(parts: Parts): number {
  return Object.values(parts).reduce((total, count) => total + count, 0);
}

/** A stage of the pipeline; its count is the sum of its parts unless it is given. */
function stage(name: StageName, counts: Parts, count = sum(counts)): Stage {
  const parts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([part, count]) => ({ name: part as PartName, count })); // the keys of a record of parts
  return { name, count, parts };
}

/** Counts things by one of their words. */
function tally<T>(items: readonly T[], word: (item: T) => PartName, weight: (item: T) => number = () => 1): Parts {
  const counts: Parts = {};
  for (const item of items) counts[word(item)] = (counts[word(item)] ?? 0) + weight(item);
  return counts;
}

/** What the action gives, or undefined where the account may not see it. */
async function ifAllowed<T>(loading: Promise<T>): Promise<T | undefined> {
  try {
    return await loading;
  } catch (error) {
    if (error instanceof AppError && error.code === 'forbidden') return undefined;
    throw error;
  }
}

const completion = (one: { completedAt?: string }): PartName =>
  one.completedAt === undefined ? 'unfinished' : 'complete';

async function reviewStages(ctx: Context): Promise<Stage[]> {
  const corpus = await corpusSummary(ctx);
  const active = corpus.counts.filter((row) => row.state !== 'excluded');
  const questions = tally(
    active,
    (row) => (row.benchmark ? 'benchmark' : QuestionKind.parse(row.kind)),
    (row) => row.n,
  );
  const { traces, malformed, answerDiffers, byState } = await generationStatus(ctx);
  const { reviews, edits, cases, decided } = await reviewCounts(ctx);
  return [
    stage('questions', questions),
    stage('traces', { malformed, 'answer-differs': answerDiffers }, traces),
    stage('reviews', { edits }, reviews),
    stage('panel', { decided, open: cases - decided }),
    stage('instances', byState),
  ];
}

/** The pipeline at a glance, counted from rows. */
export async function overview(ctx: Context): Promise<Overview> {
  requireRole(ctx.actor, 'engineer', 'steward', 'auditor', 'admin', 'red-teamer', 'release-approver', 'panel-chair');
  const log = await logStatus(ctx);
  const calls = await totals(reader(ctx));
  const releases = tally(await allReleases(ctx), (release) => release.state);
  const training = tally(await trainingRuns(ctx), (run) => run.state);
  const models = tally(await listModels(ctx, { limit: all }), (model) => model.state);
  const campaigns = await ifAllowed(recentCampaigns(ctx, all));
  const evaluations = await ifAllowed(recentEvaluations(ctx, all));
  const packs = await ifAllowed(issuedEvidence(ctx));
  const [newest] = packs ?? [];
  return {
    demo: (await listAllAccounts(ctx)).some((account) => account.demo),
    stages: [
      ...(await reviewStages(ctx)),
      stage('releases', releases),
      stage('training', training),
      stage('models', models),
      ...(campaigns === undefined ? [] : [stage('redteam', tally(campaigns, completion))]),
      ...(evaluations === undefined ? [] : [stage('evaluation', tally(evaluations, completion))]),
      ...(packs === undefined ? [] : [stage('evidence', {}, packs.length)]),
    ],
    log: { origin: log.origin, size: log.size, pending: log.pending, rootHash: log.rootHash },
    calls: { made: calls.made, cached: calls.cached, failed: calls.failed },
    ...(newest === undefined ? {} : { evidence: { sha256: newest.sha256, issuedAt: newest.issuedAt } }),
  };
}
