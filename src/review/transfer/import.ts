import { getAccount } from '../../accounts/actions.ts';
import { requireRole } from '../../context/actor.ts';
import { type Context, type TxContext, transact } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { findInstance, getInstance, lockedInstance, moveInstance } from '../../generation/actions.ts';
import { takeConfirmation, takeReview } from '../actions.ts';
import { openMissingCases, takeVote } from '../cases/actions.ts';
import { takeDecision } from '../cases/decide.ts';
import { ReviewInput, type Scores } from '../schema.ts';
import { casesOf, readConfirmations, readReviews } from '../store.ts';
import type { LineOutcome, PanelLine, ReviewLine, TransferReport } from './schema.ts';

type Outcome = Omit<LineOutcome, 'line' | 'question'>;

/**
 * Takes over reviews that were made elsewhere. Each line stands in a transaction of its own and may be imported again:
 * what is there already is left alone, what is too early waits, what is refused is told with its reason.
 */
export async function importReviews(ctx: Context, lines: ReviewLine[]): Promise<TransferReport> {
  requireRole(ctx.actor, 'steward');
  const perRound = new Map<string, number>();
  for (const line of lines) perRound.set(roundKey(line), (perRound.get(roundKey(line)) ?? 0) + 1);
  const outcomes: LineOutcome[] = [];
  const handle = async (line: ReviewLine, take: (ctx: TxContext) => Promise<Outcome>, index: number): Promise<void> => {
    const outcome = await attempt(ctx, take);
    outcomes[index] = { line: index + 1, question: line.question, ...outcome };
  };
  for (const [index, line] of lines.entries())
    await handle(line, (ctx) => importReview(ctx, line, perRound.get(roundKey(line)) ?? 1), index);
  // Confirmations come after all reviews of the round: an edit must be there before a peer can confirm it.
  for (const line of lines)
    if (confirmedScores(line) !== undefined) {
      const outcome = await attempt(ctx, (ctx) => importConfirmation(ctx, line));
      if (outcome.outcome === 'refused')
        outcomes.push({ line: lines.indexOf(line) + 1, question: line.question, ...outcome });
    }
  return report(outcomes);
}

function roundKey(line: ReviewLine): string {
  return `${line.question}\n${line.round}`;
}

async function importReview(ctx: TxContext, line: ReviewLine, reviewersOfRound: number): Promise<Outcome> {
  const known = await findInstance(ctx, line.question);
  if (known === undefined) return { outcome: 'waiting', reason: 'no instance was opened for this question yet' };
  const instance = await lockedInstance(ctx, known.id);
  const earlier = await readReviews(ctx.tx, instance.id);
  if (earlier.some((review) => review.round === line.round && review.reviewer === line.reviewer))
    return { outcome: 'already' };
  if (line.round > instance.round)
    return { outcome: 'waiting', reason: `round ${line.round} has not been generated yet` };
  const overlap = Math.max(ctx.profile.policy.review.reviewersPerInstance, reviewersOfRound);
  if (overlap !== instance.overlap) await moveInstance(ctx, instance.id, { overlap });
  const { round, reviewer, traceSha256 } = line;
  await refuseOtherText(ctx, instance.id, round, traceSha256);
  await takeReview(ctx, {
    instance: { ...instance, overlap },
    round,
    reviewer: await getAccount(ctx, reviewer),
    review: ReviewInput.parse(pickReview(line)),
    importedBy: ctx.actor.id,
    ...(line.submittedAt === undefined ? {} : { elsewhere: elsewhere(line) }),
  });
  return { outcome: 'taken' };
}

async function importConfirmation(ctx: TxContext, line: ReviewLine): Promise<Outcome> {
  const known = await findInstance(ctx, line.question);
  if (known === undefined || known.round !== line.round || known.state !== 'confirming') return { outcome: 'waiting' };
  const instance = await lockedInstance(ctx, known.id);
  const confirmed = await readConfirmations(ctx.tx, instance.id, instance.round);
  if (confirmed.some((one) => one.reviewer === line.reviewer)) return { outcome: 'already' };
  const reviewer = await getAccount(ctx, line.reviewer);
  await takeConfirmation(ctx, { instance, reviewer, scores: confirmedScores(line) ?? {} });
  return { outcome: 'taken' };
}

/** The scores with which a reviewer confirmed a peer's edit, if the line has any. */
function confirmedScores(line: ReviewLine): Scores | undefined {
  return line.confirmedScores ?? (line.edits.length === 0 ? line.editedScores : undefined);
}

/** A review counts for the text it was made of, not for whatever the teacher wrote here. */
async function refuseOtherText(ctx: TxContext, id: string, round: number, sha256: string | undefined): Promise<void> {
  if (sha256 === undefined) return;
  const { traces } = await getInstance(ctx, id);
  const here = traces.find((trace) => trace.round === round)?.sha256;
  if (here !== sha256)
    throw new AppError(
      'conflict',
      `It was made of another text (SHA-256 ${sha256.slice(0, 12)}…) than round ${round} has here.`,
    );
}

/** The review of a line. Who scored low and confirmed a peer's edit later had good reason to accept. */
function pickReview(line: ReviewLine): Record<string, unknown> {
  const said = Object.entries(line).filter(([key]) => key in ReviewInput.shape);
  const after = confirmedScores(line);
  return { ...Object.fromEntries(said), ...(after === undefined ? {} : { editedScores: after }) };
}

/** What the other workspace recorded about the review, for the record here. */
function elsewhere({ instance, submittedAt, importedBy, eventSeq }: ReviewLine): Record<string, unknown> {
  return { instance, submittedAt, importedBy, eventSeq };
}

/** Takes over panel votes and decisions; each case in one transaction. */
export async function importPanels(ctx: Context, lines: PanelLine[]): Promise<TransferReport> {
  requireRole(ctx.actor, 'steward');
  await openMissingCases(ctx);
  const outcomes: LineOutcome[] = [];
  for (const [index, line] of lines.entries())
    outcomes.push({
      line: index + 1,
      question: line.question,
      ...(await attempt(ctx, (ctx) => importPanel(ctx, line))),
    });
  return report(outcomes);
}

async function importPanel(ctx: TxContext, line: PanelLine): Promise<Outcome> {
  const instance = await findInstance(ctx, line.question);
  if (instance === undefined) return { outcome: 'waiting', reason: 'no instance was opened for this question yet' };
  const cases = await casesOf(ctx.tx, instance.id);
  const { traces } = await getInstance(ctx, instance.id);
  const trace = traces.find((one) => one.round === line.round);
  const same = cases.filter((one) => one.trigger === line.trigger && one.traceId === trace?.id);
  if (same.some((one) => one.state === 'decided')) return { outcome: 'already' };
  const open = cases.find((one) => one.state !== 'decided');
  if (open === undefined) return { outcome: 'waiting', reason: 'no case is open about the instance' };
  if (open.trigger !== line.trigger)
    throw new AppError('conflict', `The case was opened by "${open.trigger}", not by "${line.trigger}".`);
  for (const { member, vote } of line.votes)
    await takeVote(ctx, { case: open.id, member: await getAccount(ctx, member), vote });
  for (const { member, vote } of line.secondVotes ?? [])
    await takeVote(ctx, { case: open.id, member: await getAccount(ctx, member), vote });
  const chair = await getAccount(ctx, line.chair ?? line.votes[0]?.member ?? '');
  const { decision, edits, scores, rationale } = line;
  await takeDecision(ctx, { case: open.id, decision: { decision, edits, scores, rationale }, chair });
  return { outcome: 'taken' };
}

async function attempt(ctx: Context, take: (ctx: TxContext) => Promise<Outcome>): Promise<Outcome> {
  try {
    return await transact(ctx, take);
  } catch (error) {
    if (error instanceof AppError && error.code !== 'internal') return { outcome: 'refused', reason: error.message };
    throw error;
  }
}

function report(outcomes: LineOutcome[]): TransferReport {
  const count = (outcome: LineOutcome['outcome']): number => outcomes.filter((one) => one.outcome === outcome).length;
  return {
    taken: count('taken'),
    already: count('already'),
    waiting: count('waiting'),
    refused: count('refused'),
    lines: outcomes.filter((one) => one.outcome !== 'taken'),
  };
}
