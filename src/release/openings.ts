import { z } from 'zod';
import type { Context } from '../context/context.ts';
import { systemOpenings } from '../ledger/history.ts';
import type { LoggedEvent, Opening } from '../ledger/schema.ts';
import { getRelease } from './actions.ts';

const Named = z.object({ release: z.string() });
const Policy = z.object({ profile: z.object({ digest: z.string() }) });

/** The signed events of a release, in the order of the log: the policy it was judged by, the gate, the seal. */
export async function releaseOpenings(ctx: Context, name: string): Promise<Opening[]> {
  const { profileDigest } = await getRelease(ctx, name);
  const judgedBy = (event: LoggedEvent): boolean => Policy.safeParse(event.data).data?.profile.digest === profileDigest;
  const own = (event: LoggedEvent): boolean => Named.safeParse(event.data).data?.release === name;
  const openings = [
    ...(await systemOpenings(ctx, 'policy.published', judgedBy)),
    ...(await systemOpenings(ctx, 'gate.decided', own)),
    ...(await systemOpenings(ctx, 'dataset.sealed', own)),
  ];
  return openings.sort((a, b) => a.seq - b.seq);
}
