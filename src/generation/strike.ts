import type { Policy } from '../profile/schema.ts';

export type StrikeCount = { strikes: number; consecutiveStrikes: number };

/** The counts after one more failed generate→review round, and whether the policy now calls the panel. */
export function strike(policy: Policy['strikes'], before: StrikeCount): StrikeCount & { escalate: boolean } {
  const strikes = before.strikes + 1;
  const consecutiveStrikes = before.consecutiveStrikes + 1;
  const counted = policy.counting === 'cumulative' ? strikes : consecutiveStrikes;
  return { strikes, consecutiveStrikes, escalate: counted >= policy.limit };
}
