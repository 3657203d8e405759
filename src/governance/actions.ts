import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { requireRole } from '../context/actor.ts';
import { type Context, reader } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { listEvidence } from './store.ts';

/** The evidence packs issued in this workspace, newest first. */
export async function issuedEvidence(ctx: Context): ReturnType<typeof listEvidence> {
  requireRole(ctx.actor, 'engineer', 'steward', 'auditor', 'release-approver', 'red-teamer');
  return listEvidence(reader(ctx));
}

/** The page of an issued pack. Only digests that the database knows lead to a file. */
export async function evidencePage(ctx: Context, sha256: string): Promise<string> {
  const pack = (await issuedEvidence(ctx)).find((one) => one.sha256 === sha256);
  if (pack === undefined) throw new AppError('not_found', `There is no evidence pack ${sha256}.`);
  // the recorded path is that of the day it was issued; the workspace may have been moved or restored since
  const path = join(ctx.workspace.root, 'evidence', basename(pack.path), 'evidence.html');
  if (!existsSync(path))
    throw new AppError('unavailable', `${path} is missing. Put the file back, or build the evidence again.`);
  return readFileSync(path, 'utf8');
}
