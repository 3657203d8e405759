import { lockedAssignment, lost, ownAssignment } from '../../assignment/actions.ts';
import { type Context, reader, transact } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import type { Draft, DraftContent, SaveDraft } from './schema.ts';
import { draftByKey, insertDraft, latestDraft, readDrafts } from './store.ts';

/**
 * Saves a draft on top of the revision that its writer had seen; an older base is a conflict and changes nothing. The
 * same key again answers with what it made. A draft is still saved after its lease ran out: words are never refused.
 */
export async function saveDraft(ctx: Context, id: string, { key, base, content }: SaveDraft): Promise<Draft> {
  return transact(ctx, async (ctx) => {
    const assignment = await lockedAssignment(ctx, id);
    const before = await draftByKey(ctx.tx, id, key);
    if (before !== undefined) return before;
    if (assignment.state !== 'leased' && assignment.state !== 'expired') throw lost(assignment);
    const latest = await latestDraft(ctx.tx, id);
    const rev = latest?.rev ?? 0;
    if (base !== rev)
      throw new AppError(
        'conflict',
        `This draft was saved elsewhere meanwhile: revision ${rev} exists, the change was made to revision ${base}.`,
        { details: { rev } },
      );
    if (latest !== undefined) refuseThawing(latest.content, content);
    const at = ctx.clock.now();
    await insertDraft(ctx.tx, { assignment: id, rev: rev + 1, key, content, at });
    return { rev: rev + 1, content, savedAt: at.toISOString() };
  });
}

/** The scores of the original stand from the first edit on: an edit must not change what the original deserved. */
function refuseThawing(before: DraftContent, after: DraftContent): void {
  if (before.edits.length === 0 || after.edits.length === 0) return;
  const changed = Object.entries(before.scores).find(([criterion, score]) => after.scores[criterion] !== score);
  if (changed !== undefined)
    throw new AppError(
      'invalid_input',
      `The score of the original text for ${changed[0]} is frozen while it is edited. Remove the edits to change it.`,
    );
}

/** Every saved state of the actor's own draft, oldest first. */
export async function draftHistory(ctx: Context, id: string): Promise<Draft[]> {
  await ownAssignment(ctx, id);
  return readDrafts(reader(ctx), id);
}
