import { type Actor, type Role, requireRole } from '../context/actor.ts';
import { type Context, reader } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { readSteps, readStudy, type Step, type StepName, type StudyRow } from './store.ts';
import { raterProgress } from './store-rating.ts';

/** Who makes a study. */
export const makers: Role[] = ['engineer', 'steward'];
/** Who may know what is compared before the study is closed. */
export const staff: Role[] = [...makers, 'auditor', 'release-approver'];
/** Who may be named as a rater. */
export const clinicians: Role[] = ['reviewer', 'ethics-reviewer', 'adjudicator', 'panel-member', 'panel-chair'];

/** Roles by which an actor may read studies, so that a rating of theirs would not be blind. */
export function unblinding(actor: Pick<Actor, 'roles'>): Role[] {
  return actor.roles.filter((role) => staff.includes(role) || role === 'admin');
}

export type StudyState = StudyRow & { steps: Partial<Record<StepName, Step>> };

/** A study with its steps for staff; `not_found` where there is none. */
export async function studyForStaff(ctx: Context, id: string): Promise<StudyState> {
  requireRole(ctx.actor, ...staff);
  return studyOf(ctx, id);
}

/** A study for everybody who may read its results: staff, and its raters once it is closed. */
export async function studyForReaders(ctx: Context, id: string): Promise<StudyState> {
  if (ctx.actor.roles.some((role) => staff.includes(role))) return studyOf(ctx, id);
  requireRole(ctx.actor, ...staff, ...clinicians);
  const found = await readStudy(reader(ctx), id);
  const steps = found === undefined ? {} : await readSteps(reader(ctx), id);
  const rates = found !== undefined && (await raterProgress(reader(ctx), id, ctx.actor.id)).total > 0;
  // Who does not rate in a study learns nothing of it, not even that there is one.
  if (found === undefined || !rates) throw notFound(id);
  if (steps.closed === undefined)
    throw new AppError('forbidden', 'The study is blinded until it is closed; its raters see results afterwards.');
  return { ...found, steps };
}

/** A study for callers that hold their own right to it. */
export async function studyOf(ctx: Context, id: string): Promise<StudyState> {
  const found = await readStudy(reader(ctx), id);
  if (found === undefined) throw notFound(id);
  return { ...found, steps: await readSteps(reader(ctx), id) };
}

export function notFound(id: string): AppError {
  return new AppError('not_found', `There is no study ${id}. "safemed study list" shows those that there are.`);
}
