import { requireRole } from '../context/actor.ts';
import { type Context, reader } from '../context/context.ts';
import { listEvidence } from './store.ts';

/** The evidence packs issued in this workspace, newest first. */
export async function issuedEvidence(ctx: Context): ReturnType<typeof listEvidence> {
  requireRole(ctx.actor, 'engineer', 'steward', 'auditor', 'release-approver', 'red-teamer');
  return listEvidence(reader(ctx));
}
