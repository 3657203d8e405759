import { randomUUID } from 'node:crypto';
import { kindsFor } from '../../assignment/actions.ts';
import { requireRole } from '../../context/actor.ts';
import { type Context, reader, transact } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { appendEvent, asJson } from '../../ledger/actions.ts';
import { rubricFor } from '../../profile/rubric.ts';
import type { QuestionKind } from '../../profile/schema.ts';
import { checkSubmission } from '../../review/submission.ts';
import { contentOf, itemOf, traceOf } from './content.ts';
import { defaultShare, inOrderFor, isGoldPlace, outcomeOf, trainingSize } from './gold.ts';
import { putShare } from './keeping.ts';
import type { AnswerGold, GoldItem, GoldOutcome, TrainingReply, TrainingState } from './schema.ts';
import { answersOf, countHanded, handedGold, insertAnswer, openGold, readGold, readSetting } from './store.ts';

/**
 * The hidden gold item in place of which the reviewer's next item stands, or undefined where it is an ordinary one. Ask
 * when a new item is to be handed out; the same question gives the same answer until something was handed out.
 */
export async function goldFor(
  ctx: Context,
  reviewer: string,
  kinds: QuestionKind[],
  languages: string[] = [],
): Promise<GoldItem | undefined> {
  return transact(ctx, async (ctx) => {
    const { share, secret } = (await readSetting(ctx.tx)) ?? (await putShare(ctx, defaultShare));
    if (!isGoldPlace(secret, reviewer, await countHanded(ctx.tx, reviewer), share)) return undefined;
    const handed = new Set(await handedGold(ctx.tx, reviewer));
    const open = (await openGold(ctx.tx, reviewer, 'hidden', kinds)).filter(
      (one) => !handed.has(one.id) && (languages.length === 0 || languages.includes(one.language)),
    );
    const [first] = inOrderFor(secret, reviewer, open);
    return first === undefined ? undefined : itemOf(first, await contentOf(ctx, first));
  });
}

/** The actor's training set: how far it is, and the next item. */
export async function trainingFor(ctx: Context): Promise<TrainingState> {
  const kinds = kindsOf(ctx);
  const answered = (await answersOf(reader(ctx), ctx.actor.id)).filter((one) => one.use === 'training').length;
  const open = await openGold(reader(ctx), ctx.actor.id, 'training', kinds);
  const size = Math.min(trainingSize, answered + open.length);
  const [first] = open;
  if (answered >= size || first === undefined) return { done: answered, size: Math.max(size, answered) };
  return { done: answered, size, next: itemOf(first, await contentOf(ctx, first)) };
}

/** Takes the actor's answer to a training item and shows what was expected, and why. */
export async function answerTraining(ctx: Context, input: AnswerGold): Promise<TrainingReply> {
  const gold = await readGold(reader(ctx), input.item);
  if (gold?.use !== 'training') throw new AppError('not_found', `There is no training item ${input.item}.`);
  return { outcome: await answerGold(ctx, input), expected: gold.expected };
}

/**
 * Records the actor's answer to a gold item: in a table of its own and in the system's chain, never as a review of an
 * instance. The caller decides what of the outcome is shown; of hidden items nothing should be.
 */
export async function answerGold(ctx: Context, { item, review }: AnswerGold): Promise<GoldOutcome> {
  return transact(ctx, async (ctx) => {
    const gold = await readGold(ctx.tx, item);
    if (gold === undefined) throw new AppError('not_found', `There is no gold item ${item}.`);
    requireRole(ctx.actor, rubricFor(ctx.profile, gold.kind).role);
    const reviewer = ctx.actor.id;
    const open = await openGold(ctx.tx, reviewer, gold.use, [gold.kind]);
    if (!open.some((one) => one.id === item))
      throw new AppError('conflict', 'This item cannot be answered: it was answered, retired, or reviewed before.');
    checkSubmission(ctx.profile, gold.kind, traceOf(await contentOf(ctx, gold)), review);
    const outcome = outcomeOf(gold.expected, review);
    const { scores, steps, verdict } = review;
    const event = await appendEvent(ctx, {
      type: 'calibration.recorded',
      data: asJson({ what: 'gold-answered', item, sha256: gold.sha256, reviewer, scores, steps, verdict, outcome }),
    });
    const at = ctx.clock.now();
    await insertAnswer(ctx.tx, { id: randomUUID(), item, reviewer, answer: review, outcome, at, eventSeq: event.seq });
    return outcome;
  });
}

function kindsOf(ctx: Context): QuestionKind[] {
  const kinds = kindsFor(ctx.profile, ctx.actor.roles);
  if (kinds.length === 0)
    throw new AppError('forbidden', `${ctx.actor.name} reviews by no rubric, so there is nothing to train.`);
  return kinds;
}
