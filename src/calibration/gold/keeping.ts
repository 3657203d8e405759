import { randomBytes, randomUUID } from 'node:crypto';
import { kindsFor } from '../../assignment/actions.ts';
import { requireRole } from '../../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../../context/context.ts';
import { canonicalBytes } from '../../core/canonical-json.ts';
import { AppError } from '../../core/error.ts';
import { sha256Hex } from '../../core/hash.ts';
import type { Trace } from '../../core/trace.ts';
import { getInstance } from '../../generation/actions.ts';
import type { TraceRecord } from '../../generation/schema.ts';
import { appendEvent, asJson } from '../../ledger/actions.ts';
import type { QuestionKind } from '../../profile/schema.ts';
import { visibleReviews, wellFormed } from '../../review/actions.ts';
import { panelCasesOf } from '../../review/cases/actions.ts';
import { checkMarks, checkScores } from '../../review/submission.ts';
import { defaultShare, passRules, trainingSize } from './gold.ts';
import type { GoldExpectation, GoldLine, GoldReport, RegisterGold } from './schema.ts';
import {
  deleteGoldOf,
  type GoldRecord,
  insertGold,
  insertRetirement,
  insertSetting,
  isRegistered,
  listGold,
  readGold,
  readSetting,
} from './store.ts';

const listed = 500;

/** Registers a decided instance as gold: accepted or rejected, by a panel or by two reviewers or more. */
export async function registerGold(ctx: Context, input: RegisterGold): Promise<{ ids: string[] }> {
  requireRole(ctx.actor, 'steward');
  return transact(ctx, async (ctx) => {
    const { instance, question, traces } = await getInstance(ctx, input.instance);
    const trace = traces.find((one) => one.round === instance.round);
    if ((instance.state !== 'accepted' && instance.state !== 'rejected') || trace === undefined)
      throw new AppError(
        'conflict',
        `The instance is ${instance.state}: only one that was accepted or rejected can become gold.`,
      );
    await requireDecided(ctx, instance, trace);
    const { kind, language } = instance;
    const content = wellFormed(trace);
    checkExpected(ctx, kind, content, input.expected);
    const record = {
      id: randomUUID(),
      use: input.use,
      kind,
      language,
      ...(question.specialty === undefined ? {} : { specialty: question.specialty }),
      instance: { id: instance.id, round: trace.round },
      expected: input.expected,
    };
    const sha256 = sha256Hex(canonicalBytes(asJson({ trace: trace.sha256, expected: input.expected })));
    await store(ctx, { ...record, sha256 });
    return { ids: [record.id] };
  });
}

async function requireDecided(
  ctx: TxContext,
  instance: Awaited<ReturnType<typeof getInstance>>['instance'],
  trace: TraceRecord,
): Promise<void> {
  const cases = await panelCasesOf(ctx, instance.id);
  if (cases.some((one) => one.traceId === trace.id && one.state === 'decided')) return;
  const reviewers = (await visibleReviews(ctx, instance)).filter((review) => review.traceId === trace.id);
  if (reviewers.length < 2)
    throw new AppError(
      'conflict',
      'Gold needs the decision of a panel or two reviewers or more of the text; this instance has neither.',
    );
}

/** Takes over gold items with questions and traces of their own; all or none. Items that are there already stay as they are. */
export async function importGold(ctx: Context, lines: GoldLine[]): Promise<{ ids: string[] }> {
  requireRole(ctx.actor, 'steward');
  return transact(ctx, async (ctx) => {
    const ids: string[] = [];
    for (const { use, expected, ...content } of lines) {
      const { kind, language, specialty } = content.question;
      checkExpected(ctx, kind, { steps: content.steps, answer: content.answer }, expected);
      const sha256 = sha256Hex(canonicalBytes(asJson({ content, expected })));
      if (await isRegistered(ctx.tx, { sha256 })) continue;
      const id = randomUUID();
      await store(ctx, {
        id,
        use,
        kind,
        language,
        ...(specialty === undefined ? {} : { specialty }),
        content,
        expected,
        sha256,
      });
      ids.push(id);
    }
    return { ids };
  });
}

async function store(ctx: TxContext, record: GoldRecord): Promise<void> {
  if (await isRegistered(ctx.tx, { sha256: record.sha256, ...(record.instance && { instance: record.instance.id }) }))
    throw new AppError('conflict', 'This instance is gold already. Retire an item and import another to change it.');
  const { id, use, kind, sha256, instance } = record;
  // The expected answer itself stays out of the log, as the log is open to those who will be asked.
  const event = await appendEvent(ctx, {
    type: 'calibration.recorded',
    data: { what: 'gold-registered', item: id, use, kind, sha256, ...(instance === undefined ? {} : { instance }) },
  });
  await insertGold(ctx.tx, { ...record, by: ctx.actor.id, at: ctx.clock.now(), eventSeq: event.seq });
}

function checkExpected(ctx: Context, kind: QuestionKind, trace: Trace, expected: GoldExpectation): void {
  for (const end of [0, 1] as const) {
    const scores = Object.fromEntries(Object.entries(expected.scores).map(([id, range]) => [id, range[end]]));
    checkScores(ctx.profile, kind, scores, 'expected.scores');
  }
  const reversed = Object.entries(expected.scores).find(([, [low, high]]) => low > high);
  if (reversed !== undefined)
    throw new AppError('invalid_input', `expected.scores: ${reversed[0]} goes from ${reversed[1].join(' to ')}.`);
  checkMarks(ctx.profile, trace, expected.errors);
}

/** Takes an item out of use; its answers stay. */
export async function retireGold(ctx: Context, item: string, reason: string): Promise<void> {
  requireRole(ctx.actor, 'steward');
  await transact(ctx, async (ctx) => {
    if ((await readGold(ctx.tx, item)) === undefined) throw new AppError('not_found', `There is no gold item ${item}.`);
    const retired = await insertRetirement(ctx.tx, { item, reason, by: ctx.actor.id, at: ctx.clock.now() });
    if (!retired) throw new AppError('conflict', 'The item is retired already.');
    await appendEvent(ctx, { type: 'calibration.recorded', data: { what: 'gold-retired', item, reason } });
  });
}

/** Sets the share of hidden gold among what the queue hands out, from 0 to 0.5, and draws a new secret for its places. */
export async function setGoldShare(ctx: Context, share: number): Promise<void> {
  requireRole(ctx.actor, 'steward');
  await transact(ctx, async (ctx) => {
    await putShare(ctx, share);
    await appendEvent(ctx, { type: 'calibration.recorded', data: { what: 'gold-share', share } });
  });
}

/** Stores a share with a new secret. */
export async function putShare(ctx: TxContext, share: number): Promise<{ share: number; secret: string }> {
  const setting = { share, secret: randomBytes(32).toString('hex') };
  await insertSetting(ctx.tx, { ...setting, by: ctx.actor.id, at: ctx.clock.now() });
  return setting;
}

/** All gold items and the settings, for those who oversee the work. */
export async function goldReport(ctx: Context): Promise<GoldReport> {
  requireRole(ctx.actor, 'steward', 'auditor', 'panel-chair');
  if (kindsFor(ctx.profile, ctx.actor.roles).length > 0)
    throw new AppError('forbidden', 'Whoever reviews does not see which items are gold.');
  const setting = await readSetting(reader(ctx));
  return {
    share: setting?.share ?? defaultShare,
    trainingSize,
    items: await listGold(reader(ctx), listed),
    passRules: passRules(),
  };
}

/** Deletes what an erased instance was gold for. */
export async function eraseGold(ctx: TxContext, instance: string): Promise<void> {
  await deleteGoldOf(ctx.tx, instance);
}
