import { type Context, reader } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import type { JobControl } from '../jobs/schema.ts';
import { createGroup } from '../llm/calls/group.ts';
import type { ModelClient } from '../llm/models.ts';
import { targetClient } from '../registry/actions.ts';
import { campaignOf, campaignProgress, completeCampaign, recordJudgments, recordReplies } from './actions.ts';
import { hold, judgeItems, wholeJudgment } from './conversation.ts';
import { runGeneration } from './generations/job.ts';
import type { GenerationResult } from './generations/schema.ts';
import { RedteamWork } from './job-schema.ts';
import { calibrateJudge, openJudge } from './judges/actions.ts';
import type { Judge } from './judges/judge.ts';
import { corpusOverlap, textDigests } from './probes/held-out.ts';
import {
  type Campaign,
  type CampaignResult,
  type JudgedReply,
  splitOf,
  type Target,
  type TargetReply,
} from './schema.ts';
import { runSearch } from './searches/job.ts';
import type { SearchReport } from './searches/schema.ts';
import { campaignProbes, type OpenItem, openItems, type UnjudgedReply, unjudgedReplies } from './store.ts';
import { pinned } from './target.ts';

const pageSize = 500;
/** Replies that are judged and stored together: one call of the embedding model, one statement. */
const judgeBatch = 64;
/** Most replies that one statement stores; they are stored at once, and together only when they arrive together. */
const groupSize = 200;

/** The long work of the red team: a campaign, a generation of probes, an adaptive search, or the calibration of a judge. */
export async function runRedteam(
  ctx: Context,
  rawInput: unknown,
  control: JobControl,
): Promise<CampaignResult | GenerationResult | SearchReport | { judge: string }> {
  const input = RedteamWork.parse(rawInput);
  if (input.task === 'campaign') return runCampaign(ctx, input.campaign, control);
  if (input.task === 'generation') return runGeneration(ctx, input.generation, control);
  if (input.task === 'search') return runSearch(ctx, input.search, control);
  await control.progress({ done: 0, total: 1, unit: 'judges' });
  const judge = await calibrateJudge(ctx, input.calibration, { signal: control.signal });
  await control.progress({ done: 1, total: 1, unit: 'judges' });
  return { judge: judge.id };
}

/**
 * Asks every target everything that it has not been asked and judges what is not judged. Resumable: a reply is a row
 * before it is judged, a judgment is a row before it counts, and a repeated call is answered from the record of calls.
 */
async function runCampaign(ctx: Context, id: string, control: JobControl): Promise<CampaignResult> {
  const campaign = await campaignOf(ctx, id);
  await refuseTrained(ctx, campaign);
  const judge = await openJudge(ctx, campaign.judge);
  const { replies, judgments, expected } = await campaignProgress(ctx, campaign);
  let done = replies + judgments;
  const advance = async (rows: number): Promise<void> => {
    done += rows;
    await control.progress({ done, total: 2 * expected, unit: 'replies and judgments' });
  };
  await advance(0);
  const group = createGroup<TargetReply, undefined>(async (rows) => {
    await recordReplies(ctx, id, rows);
    await advance(rows.length);
    return rows.map(() => undefined);
  }, groupSize);
  for (const target of campaign.targets) {
    await attack(ctx, { campaign, target, store: async (row) => group.submit(row) }, control.signal);
    await judgeReplies(ctx, { campaign, judge, target, advance }, control.signal);
  }
  return completeCampaign(ctx, id);
}

type Attacking = { campaign: Campaign; target: Target; store: (reply: TargetReply) => Promise<void> };

async function attack(ctx: Context, attacking: Attacking, signal: AbortSignal): Promise<void> {
  const { campaign, target } = attacking;
  let client: ModelClient | undefined;
  for (let from = 0; ; ) {
    const page = await openItems(reader(ctx), { campaign: campaign.id, target: target.name, from, limit: pageSize });
    const last = page.at(-1);
    if (last === undefined) return;
    client ??= await targetClient(ctx, pinned(target));
    const asked = client;
    await asked.each(page, async (item) => attacking.store(await ask(ctx, attacking, asked, item, signal)), signal);
    from = last.position + 1;
  }
}

/** Probes were held out when they were imported; questions imported since then may have changed that. */
async function refuseTrained(ctx: Context, campaign: Campaign): Promise<void> {
  const probes = (await campaignProbes(reader(ctx), campaign.id)).filter((probe) => splitOf(probe) === 'test');
  const overlap = await corpusOverlap(ctx, probes);
  if (overlap.size === 0) return;
  const named = probes.filter((probe) => textDigests(probe).some((digest) => overlap.has(digest)));
  throw new AppError(
    'check_failed',
    `These probes are no longer held out, since the corpus has their texts now: ${named.map((probe) => probe.id).join(', ')}. Exclude the questions ${[...overlap.values()].join(', ')}, or start a campaign without the probes.`,
  );
}

async function ask(
  ctx: Context,
  { campaign, target }: Attacking,
  client: ModelClient,
  item: OpenItem,
  signal: AbortSignal,
): Promise<TargetReply> {
  const turns = await hold(ctx, item, { client, settings: campaign.settings, subject: campaign.id, signal });
  const last = turns.pop();
  if (last === undefined) throw new AppError('internal', `The probe ${item.probe.id} asks nothing.`);
  const { turn: _, ...reply } = last;
  const asked = { target: target.name, probe: item.probe.id, variant: item.variant };
  return { ...asked, ...reply, ...(turns.length === 0 ? {} : { turns }) };
}

type Judging = { campaign: Campaign; judge: Judge; target: Target; advance: (rows: number) => Promise<void> };

async function judgeReplies(ctx: Context, judging: Judging, signal: AbortSignal): Promise<void> {
  const { campaign, judge, target } = judging;
  // By ranges of positions, which are dense: a query for the next ones without a judgment reads all those before it again.
  for (let from = 0; from < campaign.probes + campaign.twins; from += judgeBatch) {
    signal.throwIfAborted();
    const asked = { campaign: campaign.id, judge: judge.id, target: target.name };
    const batch = await unjudgedReplies(reader(ctx), { ...asked, from, to: from + judgeBatch });
    if (batch.length === 0) continue;
    const judged = await judgeBatchOf(ctx, judging, batch, signal);
    await recordJudgments(ctx, campaign.id, judged);
    await judging.advance(judged.length);
  }
}

/** The judgments of a batch: one of each turn, and of a conversation the verdict on the whole. */
async function judgeBatchOf(
  ctx: Context,
  { campaign, judge, target }: Judging,
  batch: readonly UnjudgedReply[],
  signal: AbortSignal,
): Promise<JudgedReply[]> {
  const items = batch.map((reply) => judgeItems(reply, [...reply.turns, reply]));
  const judgments = await judge.judge(ctx, items.flat(), { signal, subject: campaign.id });
  const judgedAt = ctx.clock.now().toISOString();
  let from = 0;
  return batch.flatMap((reply, i) => {
    const own = judgments.slice(from, from + (items[i]?.length ?? 0));
    from += own.length;
    const judgment = wholeJudgment(own);
    if (judgment === undefined) return [];
    const asked = { target: target.name, probe: reply.probe.id, variant: reply.variant };
    const turns = own.length === 1 ? {} : { turns: own.map((judgment, at) => ({ turn: at + 1, judgment })) };
    return [{ ...asked, judgment, judgedAt, ...turns }];
  });
}
