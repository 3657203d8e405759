const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Milliseconds between attempts: short at first, so that a restart of the receiver costs little; then hours. */
const pauses = [5 * second, 30 * second, 2 * minute, 10 * minute, 30 * minute, hour, 3 * hour, 6 * hour];

/** How long one message is tried before the webhook stops, in days. */
export const giveUpDays = 5;

/**
 * Milliseconds until the next attempt after so many failed ones, of which up to a tenth is taken off at random so that
 * receivers are not hit all at once. `random` is in [0, 1).
 */
export function pauseAfter(failed: number, random: number): number {
  const full = pauses[Math.min(failed, pauses.length) - 1] ?? 0;
  return Math.round(full * (1 - random / 10));
}

/** True when a webhook that has failed since then is given up. */
export function isOver(failingSince: Date, now: Date): boolean {
  return now.getTime() - failingSince.getTime() >= giveUpDays * 24 * hour;
}
