/** Where the time comes from; tests pass a fixed one. */
export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };

/** RFC 3339 UTC with milliseconds, for example 2026-11-22T09:00:00.000Z. */
export function timestamp(clock: Clock): string {
  return clock.now().toISOString();
}
