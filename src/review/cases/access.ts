import { getAccount } from '../../accounts/actions.ts';
import type { Account } from '../../accounts/schema.ts';
import { isBarred } from '../../assignment/actions.ts';
import type { Role } from '../../context/actor.ts';
import { type Context, reader } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { getInstance } from '../../generation/actions.ts';
import type { Board, PanelCase } from '../schema.ts';
import { readReviews } from '../store.ts';
import type { CaseView } from './schema.ts';

/** Who sits on a board, and who signs its decisions. */
export const members: Record<Board, Role[]> = {
  adjudicator: ['adjudicator'],
  panel: ['panel-member', 'panel-chair'],
};
export const signers: Record<Board, Role> = { adjudicator: 'adjudicator', panel: 'panel-chair' };

/** Why somebody may take no part in a case: without the role, as one of its reviewers, or by a conflict of interest. */
export async function barredFrom(ctx: Context, one: PanelCase, person: Account): Promise<CaseView['barred']> {
  if (!members[one.board].some((role) => person.roles.includes(role))) return 'role';
  const reviews = await readReviews(reader(ctx), one.instanceId);
  if (reviews.some((review) => review.reviewer === person.id)) return 'reviewed-it';
  const { question, traces } = await getInstance(ctx, one.instanceId);
  const model = traces.find((trace) => trace.id === one.traceId)?.model ?? '';
  const { author } = question.tags;
  const about = { dataset: question.dataset, question: question.id, model };
  const conflict = await isBarred(ctx, person.id, author === undefined ? about : { ...about, author });
  return conflict ? 'conflict-of-interest' : undefined;
}

/** Throws `forbidden`, with the reason, unless somebody may take part in a case. */
export async function requireMember(ctx: Context, one: PanelCase, person: Account): Promise<void> {
  const barred = await barredFrom(ctx, one, person);
  const reasons = {
    role: `it needs the role ${members[one.board].join(' or ')}`,
    'reviewed-it': 'whoever reviewed an instance does not decide about it',
    'conflict-of-interest': 'a conflict of interest is recorded',
  };
  if (barred !== undefined)
    throw new AppError('forbidden', `${person.name} may not take part in this case: ${reasons[barred]}.`);
}

/** The actor's own account. */
export function actorAccount(ctx: Context): Promise<Account> {
  return getAccount(ctx, ctx.actor.id);
}
