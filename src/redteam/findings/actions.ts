import { randomUUID } from 'node:crypto';
import { getAccount } from '../../accounts/actions.ts';
import { type Role, requireRole } from '../../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { appendEvent, asJson } from '../../ledger/actions.ts';
import { campaignOf, startCampaign } from '../actions.ts';
import { recordDigest } from '../lines.ts';
import { readersOfAttacks, runners } from '../roles.ts';
import type { Campaign, CampaignStarted } from '../schema.ts';
import { StartCampaign } from '../schema.ts';
import { outcomeRows } from '../store.ts';
import { failedCases, retestCounts } from './finding.ts';
import type {
  Finding,
  FindingDetail,
  FindingFilter,
  FindingsOpened,
  Retest,
  RetestFinding,
  TriageFinding,
} from './schema.ts';
import {
  findingPage,
  insertFindingEvent,
  insertFindings,
  insertRetest,
  readFinding,
  readFindingEvents,
  retestCampaigns,
  updateFinding,
} from './store.ts';

const triagers: Role[] = ['red-teamer', 'engineer', 'steward'];
const readers: Role[] = [...readersOfAttacks, 'steward'];

/**
 * Opens a finding for each case in which a target of a complete campaign failed. A case that has a finding already is left
 * alone, so that opening again changes nothing. Throws `incomplete` while judgments are missing.
 */
export async function openFindings(ctx: Context, id: string): Promise<FindingsOpened> {
  requireRole(ctx.actor, ...runners);
  return transact(ctx, async (ctx) => {
    const campaign = await campaignOf(ctx, id);
    if (campaign.completedAt === undefined)
      throw new AppError(
        'incomplete',
        `The campaign "${campaign.name}" is not complete. Resume it, then open its findings.`,
      );
    const openedAt = ctx.clock.now().toISOString();
    const findings = failedCases(await outcomeRows(ctx.tx, campaign)).map(
      (one): Finding => ({ id: randomUUID(), campaign: id, ...one, status: 'open', openedBy: ctx.actor.id, openedAt }),
    );
    const opened = new Set(await insertFindings(ctx.tx, findings));
    const stored = findings.filter((one) => opened.has(one.id));
    if (stored.length > 0)
      await appendEvent(ctx, {
        type: 'findings.opened',
        data: { campaign: id, findings: stored.length, sha256: recordDigest({ findings: stored }) },
      });
    return { opened: stored.length, already: findings.length - stored.length };
  });
}

export async function listFindings(ctx: Context, filter: FindingFilter): Promise<Finding[]> {
  requireRole(ctx.actor, ...readers);
  return findingPage(reader(ctx), filter);
}

export async function getFinding(ctx: Context, id: string): Promise<FindingDetail> {
  requireRole(ctx.actor, ...readers);
  const finding = await findingOf(ctx, id);
  return { finding, history: await readFindingEvents(reader(ctx), id), retests: await retestsOf(ctx, finding) };
}

/** One finding, for callers that hold a right of their own to it; `lock` holds its row until the transaction ends. */
export async function findingOf(ctx: Context, id: string, lock = false): Promise<Finding> {
  const finding = await readFinding(reader(ctx), id, lock);
  if (finding === undefined) throw new AppError('not_found', `There is no finding ${id}.`);
  return finding;
}

async function retestsOf(ctx: Context, finding: Finding): Promise<Retest[]> {
  const retests: Retest[] = [];
  for (const id of await retestCampaigns(reader(ctx), finding.id))
    retests.push(await retestOf(ctx, finding, await campaignOf(ctx, id)));
  return retests;
}

/** How a finding's probes went in a campaign that ran them again. */
export async function retestOf(ctx: Context, finding: Finding, campaign: Campaign): Promise<Retest> {
  const [target] = campaign.targets;
  return {
    campaign: campaign.id,
    target: target?.name ?? '',
    ref: target?.identity.ref ?? '',
    complete: campaign.completedAt !== undefined,
    ...retestCounts(await outcomeRows(reader(ctx), campaign), finding),
  };
}

/**
 * Sets severity, status or assignee, or adds a note. A finding is fixed only when its last complete retest has every probe
 * passed: undecided is not passed. Throws `conflict` otherwise.
 */
export async function triageFinding(ctx: Context, id: string, input: TriageFinding): Promise<Finding> {
  requireRole(ctx.actor, ...triagers);
  const { severities } = ctx.profile;
  if (input.severity !== undefined && !severities.some(({ code }) => code === input.severity))
    throw new AppError(
      'invalid_input',
      `The profile has no severity "${input.severity}"; choose from ${severities.map(({ code }) => code).join(', ')}.`,
    );
  if (input.assignee !== undefined) await getAccount(ctx, input.assignee);
  return transact(ctx, async (ctx) => {
    const finding = await findingOf(ctx, id, true);
    if (input.status === 'fixed') await requirePassed(ctx, finding);
    const { note: _, ...change } = input;
    const status = input.status ?? (finding.status === 'open' ? 'triaged' : undefined);
    await updateFinding(ctx.tx, id, { ...change, ...(status === undefined ? {} : { status }) });
    await changed(ctx, { finding, kind: 'triaged', data: { ...input, ...(status === undefined ? {} : { status }) } });
    return findingOf(ctx, id);
  });
}

async function requirePassed(ctx: Context, finding: Finding): Promise<void> {
  const last = (await retestsOf(ctx, finding)).filter(({ complete }) => complete).at(-1);
  if (last === undefined || last.passed < finding.probes.length)
    throw new AppError(
      'conflict',
      last === undefined
        ? 'No retest of this finding is complete. Run "safemed redteam finding retest" before calling it fixed.'
        : `In the last retest ${last.failed} of ${finding.probes.length} failed again and ${last.undecided} are undecided: it is not fixed.`,
    );
}

/** Runs the finding's probes again against a target, with the judge that found it unless another is named. */
export async function retestFinding(ctx: Context, id: string, input: RetestFinding): Promise<CampaignStarted> {
  requireRole(ctx.actor, ...runners);
  return transact(ctx, async (ctx) => {
    const finding = await findingOf(ctx, id, true);
    const { judge, settings, rewardLineage } = await campaignOf(ctx, finding.campaign);
    const started = await startCampaign(
      ctx,
      StartCampaign.parse({
        ...settings,
        ...(input.seed === undefined ? {} : { seed: input.seed }),
        name: `retest ${finding.group}`.slice(0, 100),
        judge: input.judge ?? judge,
        targets: [input.target],
        probes: { ids: finding.probes },
        rewardLineage,
      }),
    );
    await insertRetest(ctx.tx, started.campaign, id);
    await changed(ctx, { finding, kind: 'retest-started', data: { campaign: started.campaign, target: input.target } });
    return started;
  });
}

/** Adds a fact to the history of a finding, and to the event log; the caller has the finding's row locked. */
export async function changed(
  ctx: TxContext,
  {
    finding,
    kind,
    data,
  }: { finding: Finding; kind: 'triaged' | 'retest-started' | 'retested' | 'promoted'; data: object },
): Promise<void> {
  await insertFindingEvent(ctx.tx, { finding: finding.id, kind, by: ctx.actor.id, at: ctx.clock.now(), data });
  // What people wrote stays in the history; the log holds that it was written.
  const { note, ...logged } = { note: undefined, ...data };
  await appendEvent(ctx, {
    type: 'finding.changed',
    data: {
      ...asJson({ ...logged, finding: finding.id, kind }),
      ...(note === undefined ? {} : { noteSha256: recordDigest({ note }) }),
    },
  });
}
