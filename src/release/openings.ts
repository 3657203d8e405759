import { z } from 'zod';
import type { Context } from '../context/context.ts';
import { openingsOf } from '../ledger/actions.ts';
import type { LoggedEvent, Opening } from '../ledger/schema.ts';
import { getRelease } from './actions.ts';

const Named = z.object({ release: z.string() });
const Policy = z.object({ profile: z.object({ digest: z.string() }) });

/** The signed events of a release, in the order of the log: the policy it was judged by, the gate, the seal. */
export async function releaseOpenings(ctx: Context, name: string): Promise<Opening[]> {
  const { profileDigest } = await getRelease(ctx, name);
  const concerns = (event: LoggedEvent): boolean =>
    event.type === 'policy.published'
      ? Policy.safeParse(event.data).data?.profile.digest === profileDigest
      : Named.safeParse(event.data).data?.release === name;
  const types = ['policy.published', 'gate.decided', 'dataset.sealed'] as const;
  const openings = await openingsOf(ctx, ctx.ledger.systemSubject, concerns, types);
  return openings.filter((opening) => opening.envelope !== undefined);
}
