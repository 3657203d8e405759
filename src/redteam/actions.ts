import { createHash, randomUUID } from 'node:crypto';
import { requireRole } from '../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../context/context.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { AppError } from '../core/error.ts';
import { appendEvent, asJson } from '../ledger/actions.ts';
import { modelIdentity } from '../registry/actions.ts';
import { queueCounts } from './disagreements/store.ts';
import { recordRetest } from './findings/retest.ts';
import { judgeOf } from './judges/actions.ts';
import { refuseUnanswered } from './judges/gate.ts';
import { probesDigest } from './probes/probe.ts';
import { selectProbes } from './probes/store.ts';
import { campaignReport } from './reports/report.ts';
import type { CampaignReport } from './reports/schema.ts';
import { readers, readersOfAttacks, runners } from './roles.ts';
import type {
  Campaign,
  CampaignResult,
  CampaignStarted,
  ItemPage,
  JudgedReply,
  StartCampaign,
  Target,
  TargetReply,
} from './schema.ts';
import {
  campaignsByModel,
  countRows,
  insertCampaign,
  insertItems,
  insertJudgments,
  insertReplies,
  itemPage,
  listCampaigns,
  lockCampaign,
  outcomeRows,
  readCampaign,
  setCompleted,
} from './store.ts';

const pageSize = 1000;

/**
 * Writes down what is asked of whom and enqueues the asking. Targets, judge and probes are fixed here, so that what is
 * imported, registered or calibrated later changes nothing. Throws `invalid_input` where no probe matches.
 */
export async function startCampaign(ctx: Context, input: StartCampaign): Promise<CampaignStarted> {
  requireRole(ctx.actor, ...runners);
  const { name, judge, targets: named, probes: filter, rewardLineage, ...settings } = input;
  return transact(ctx, async (ctx) => {
    const targets: Target[] = [];
    for (const { name, ref } of named) targets.push({ name, identity: await modelIdentity(ctx, ref) });
    const probes = await selectProbes(ctx.tx, filter);
    if (probes.length === 0)
      throw new AppError('invalid_input', 'No probe matches. Import probes, or ask for fewer characteristics.');
    const twins = settings.twins ? probes.filter((probe) => probe.hasTwin) : [];
    const judgedBy = await judgeOf(ctx, judge);
    refuseUnanswered(judgedBy, twins.length > 0);
    const campaign: Campaign = {
      id: randomUUID(),
      name,
      judge: judgedBy.id,
      targets,
      settings,
      rewardLineage,
      probes: probes.length,
      twins: twins.length,
      probesSha256: probesDigest(probes.map((probe) => probe.sha256)),
      profileDigest: ctx.profile.digest,
      createdBy: ctx.actor.id,
      createdAt: ctx.clock.now().toISOString(),
    };
    await insertCampaign(ctx.tx, campaign);
    await insertItems(ctx.tx, campaign.id, [
      ...probes.map(({ id }) => ({ probe: id, variant: 'probe' as const })),
      ...twins.map(({ id }) => ({ probe: id, variant: 'twin' as const })),
    ]);
    return { campaign: campaign.id, job: await enqueue(ctx, campaign.id) };
  });
}

function enqueue(ctx: TxContext, campaign: string): Promise<string> {
  return ctx.jobs.enqueueOnce(ctx.tx, 'redteam', { task: 'campaign', campaign }, ctx.actor.id);
}

/**
 * Enqueues the rest of a campaign whose job failed or was stopped; what was asked and judged stays. For a complete campaign
 * the job ends at once, so that a client that lost its place may simply ask again.
 */
export async function resumeCampaign(ctx: Context, id: string): Promise<CampaignStarted> {
  requireRole(ctx.actor, ...runners);
  return transact(ctx, async (ctx) => ({ campaign: id, job: await enqueue(ctx, (await campaignOf(ctx, id)).id) }));
}

/** One campaign; for callers that hold a right of their own to it. */
export async function campaignOf(ctx: Context, id: string): Promise<Campaign> {
  const campaign = await readCampaign(reader(ctx), id);
  if (campaign === undefined) throw new AppError('not_found', `There is no campaign ${id}.`);
  return campaign;
}

/** Rows that a campaign has and will have: every reply is one, and every judgment. */
export async function campaignProgress(
  ctx: Context,
  campaign: Campaign,
): Promise<{ replies: number; judgments: number; expected: number }> {
  const expected = campaign.targets.length * (campaign.probes + campaign.twins);
  return { ...(await countRows(reader(ctx), campaign)), expected };
}

/** Stores replies; what is stored already is left as it is. */
export async function recordReplies(ctx: Context, campaign: string, replies: readonly TargetReply[]): Promise<void> {
  requireRole(ctx.actor, ...runners);
  await transact(ctx, (ctx) => insertReplies(ctx.tx, campaign, replies));
}

/** Stores judgments; what is stored already is left as it is. */
export async function recordJudgments(ctx: Context, campaign: string, judged: readonly JudgedReply[]): Promise<void> {
  requireRole(ctx.actor, ...runners);
  await transact(ctx, (ctx) => insertJudgments(ctx.tx, campaign, judged));
}

/**
 * Closes a campaign of which every reply is judged, with the event that commits to its rows. Once closed, it is left
 * alone. Throws `internal` when rows are missing.
 */
export async function completeCampaign(ctx: Context, id: string): Promise<CampaignResult> {
  requireRole(ctx.actor, ...runners);
  const campaign = await campaignOf(ctx, id);
  const digests = new Map<string, string>();
  for (const { name } of campaign.targets) digests.set(name, await resultsDigest(ctx, campaign, name));
  return transact(ctx, async (ctx) => {
    const locked = await lockCampaign(ctx.tx, id);
    const { replies, judgments, expected } = await campaignProgress(ctx, campaign);
    if (judgments !== expected)
      throw new AppError('internal', `The campaign ${id} has ${judgments} of ${expected} judgments.`);
    const { targets } = await reportOf(ctx, campaign);
    const undecided = targets.reduce((sum, one) => sum + one.unsafe.undecided + one.overRefusal.undecided, 0);
    if (locked?.completedAt === undefined) {
      const event = await appendEvent(ctx, {
        type: 'redteam.completed',
        data: {
          campaign: id,
          judge: campaign.judge,
          settings: asJson(campaign.settings),
          probes: campaign.probes,
          twins: campaign.twins,
          probesSha256: campaign.probesSha256,
          profileDigest: campaign.profileDigest,
          targets: targets.map(({ name, unsafe, overRefusal }, i) => ({
            name,
            identity: asJson(campaign.targets[i]?.identity),
            resultsSha256: digests.get(name) ?? '',
            unsafe: { k: unsafe.k, n: unsafe.n, undecided: unsafe.undecided },
            overRefusal: { k: overRefusal.k, n: overRefusal.n, undecided: overRefusal.undecided },
          })),
        },
      });
      await setCompleted(ctx.tx, id, ctx.clock.now(), event.seq);
      await recordRetest(ctx, campaign);
    }
    return { campaign: id, replies, undecided };
  });
}

/**
 * SHA-256 (hex) over a target's results: for each thing asked, in the order of positions, the RFC 8785 text of [probe,
 * variant, SHA-256 of the reply, call key or null, judgment or null], each followed by a line feed. For a conversation two
 * lists follow in it: [turn, SHA-256, call key or null] of the turns before the last, and [turn, judgment] of all turns. The
 * pages of items hold all of it.
 */
export async function resultsDigest(ctx: Context, campaign: Campaign, target: string): Promise<string> {
  const hash = createHash('sha256');
  for (let from = 0; ; ) {
    const rows = await itemPage(reader(ctx), campaign, { target, from, limit: pageSize });
    for (const { item } of rows) {
      const { probe, variant, sha256, callKey, judgment, turns, turnJudgments = [] } = item;
      const whole = [probe, variant, sha256, callKey ?? null, judgment ?? null];
      const parts =
        turns === undefined
          ? []
          : [
              turns.map((one) => [one.turn, one.sha256, one.callKey ?? null]),
              turnJudgments.map((one) => [one.turn, one.judgment]),
            ];
      hash.update(`${canonicalJson([...whole, ...parts])}\n`);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return hash.digest('hex');
    from = last.position + 1;
  }
}

/** A page of one target's replies with prompts and judgments, for those who work with attacks. */
export async function listItems(
  ctx: Context,
  id: string,
  page: { target: string; from: number; limit: number },
): Promise<ItemPage> {
  requireRole(ctx.actor, ...readersOfAttacks);
  const campaign = await campaignOf(ctx, id);
  const rows = await itemPage(reader(ctx), campaign, { ...page, limit: page.limit + 1 });
  const [beyond] = rows.splice(page.limit);
  return { items: rows.map((row) => row.item), ...(beyond === undefined ? {} : { next: beyond.position }) };
}

/** The report of a campaign, computed from its rows as they are now; `complete` says whether all are there. */
export async function getReport(ctx: Context, id: string): Promise<CampaignReport> {
  requireRole(ctx.actor, ...readers);
  return reportOf(ctx, await campaignOf(ctx, id));
}

/** The report of a campaign for callers that hold their own right to it. */
export async function reportOf(ctx: Context, campaign: Campaign): Promise<CampaignReport> {
  const judged = {
    judge: await judgeOf(ctx, campaign.judge),
    gate: ctx.profile.redTeamJudges.gate,
    queue: await queueCounts(reader(ctx), campaign.id),
  };
  return campaignReport(campaign, judged, await outcomeRows(reader(ctx), campaign));
}

export async function recentCampaigns(ctx: Context, limit: number): Promise<Campaign[]> {
  requireRole(ctx.actor, ...readers);
  return listCampaigns(reader(ctx), limit);
}

/** The campaigns that a registered model is a target of, oldest first. */
export async function campaignsOfModel(ctx: Context, digest: string): Promise<Campaign[]> {
  requireRole(ctx.actor, ...readers);
  return campaignsByModel(reader(ctx), digest);
}
