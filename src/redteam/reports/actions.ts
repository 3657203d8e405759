import { requireRole } from '../../context/actor.ts';
import { type Context, reader } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { campaignOf, reportOf } from '../actions.ts';
import { judgeOf } from '../judges/actions.ts';
import { gatesOf } from '../judges/gate.ts';
import { readers, readersOfAttacks } from '../roles.ts';
import type { Campaign } from '../schema.ts';
import { reportDocument } from './formats/document.ts';
import type { ReportDocument } from './formats/document-schema.ts';
import { type ReportFormat, reportFormats } from './formats/format.ts';
import { parseGate } from './formats/gate.ts';
import { withoutTexts } from './formats/item.ts';
import type { ExamplePage, ReportItem } from './formats/item-schema.ts';
import { type ComparedSide, compareRuns } from './run-comparison.ts';
import type { RunComparison } from './run-comparison-schema.ts';
import { askedItems, type ItemFilter, reportItems } from './store.ts';

const pageSize = 500;

/** All that a report says of a campaign but its items, with the declared gates decided; no text of prompts or replies. */
export async function getDocument(ctx: Context, id: string, gates: readonly string[]): Promise<ReportDocument> {
  requireRole(ctx.actor, ...readers);
  return documentOf(ctx, await campaignOf(ctx, id), { gates, texts: false });
}

async function documentOf(
  ctx: Context,
  campaign: Campaign,
  { gates, texts }: { gates: readonly string[]; texts: boolean },
): Promise<ReportDocument> {
  return reportDocument({
    report: await reportOf(ctx, campaign),
    profile: ctx.profile,
    gates: gates.map(parseGate),
    generatedAt: ctx.clock.now().toISOString(),
    texts,
  });
}

export type ExportInput = { format: ReportFormat; gates: readonly string[]; texts: boolean };

/**
 * A campaign's report in a format, in pieces; the items are read page by page, so that memory does not grow with them.
 * With texts it is for those who work with attacks, without them for all who may read reports.
 */
export async function exportReport(ctx: Context, id: string, input: ExportInput): Promise<AsyncIterable<string>> {
  requireRole(ctx.actor, ...(input.texts ? readersOfAttacks : readers));
  const campaign = await campaignOf(ctx, id);
  const document = await documentOf(ctx, campaign, input);
  return reportFormats[input.format].write(document, itemsOf(ctx, campaign, input.texts));
}

async function* itemsOf(ctx: Context, campaign: Campaign, texts: boolean): AsyncGenerator<ReportItem> {
  for (const { name: target } of campaign.targets)
    for (let from: number | undefined = 0; from !== undefined; ) {
      const rows = await reportItems(reader(ctx), campaign, { target, from, limit: pageSize });
      for (const { item } of rows) yield texts ? item : withoutTexts(item);
      const last = rows.at(-1);
      from = last === undefined || rows.length < pageSize ? undefined : last.position + 1;
    }
}

/** A page of one target's items of a kind, with texts, for those who work with attacks. */
export async function listExamples(
  ctx: Context,
  id: string,
  { target, from, limit, ...filter }: ItemFilter & { target: string; from: number; limit: number },
): Promise<ExamplePage> {
  requireRole(ctx.actor, ...readersOfAttacks);
  const campaign = await campaignOf(ctx, id);
  const rows = await reportItems(reader(ctx), campaign, { target, from, limit: limit + 1, filter });
  const [beyond] = rows.splice(limit);
  return { items: rows.map((row) => row.item), ...(beyond === undefined ? {} : { next: beyond.position }) };
}

export type CompareInput = { a: string; b: string; targets?: readonly { a: string; b: string }[] | undefined };

/**
 * Two campaigns, or two targets of one, on the requests that both were asked. Without named targets all those are compared
 * that bear the same name in both. Throws `invalid_input` where there is nothing to compare.
 */
export async function compareCampaigns(ctx: Context, input: CompareInput): Promise<RunComparison> {
  requireRole(ctx.actor, ...readers);
  const a = await campaignOf(ctx, input.a);
  const b = await campaignOf(ctx, input.b);
  const pairs = [];
  for (const names of input.targets ?? sameNames(a, b))
    pairs.push({ a: await sideOf(ctx, a, names.a), b: await sideOf(ctx, b, names.b) });
  const gates = gatesOf(await judgeOf(ctx, a.judge), ctx.profile.redTeamJudges.gate);
  return compareRuns(pairs, { a, b }, gates);
}

function sameNames(a: Campaign, b: Campaign): { a: string; b: string }[] {
  const ofB = new Set(b.targets.map((target) => target.name));
  const shared = a.targets.filter((target) => ofB.has(target.name)).map(({ name }) => ({ a: name, b: name }));
  if (a.id !== b.id && shared.length > 0) return shared;
  const list = (one: Campaign): string => one.targets.map((target) => target.name).join(', ');
  throw new AppError(
    'invalid_input',
    `Say which targets to compare, as first:second (on the command line --target FIRST=SECOND). The campaign ${a.id} has ${list(a)}${a.id === b.id ? '' : `; the campaign ${b.id} has ${list(b)}`}.`,
  );
}

async function sideOf(ctx: Context, campaign: Campaign, name: string): Promise<ComparedSide> {
  const target = campaign.targets.find((one) => one.name === name);
  if (target === undefined) throw new AppError('not_found', `The campaign ${campaign.id} has no target "${name}".`);
  return {
    side: {
      campaign: campaign.id,
      name: campaign.name,
      target: name,
      ref: target.identity.ref,
      judge: campaign.judge,
      complete: campaign.completedAt !== undefined,
    },
    items: await askedItems(reader(ctx), campaign, name),
  };
}
