const idleAfterMs = 60_000;

/**
 * Counts the time in which somebody works: from one sign of life to the next, but at most a minute after each, and not
 * while the page is hidden or the work is going on in another tab. Times are in milliseconds of one clock.
 */
export class ActiveTime {
  #countedUntil: number | undefined;
  #activeUntil = 0;
  #pending = 0;

  /** The reviewer did something here. */
  touch(now: number): void {
    this.#count(now);
    this.#countedUntil = now;
    this.#activeUntil = now + idleAfterMs;
  }

  /** The page was hidden or another tab took over: nothing counts until the next touch. */
  pause(now: number): void {
    this.#count(now);
    this.#countedUntil = undefined;
  }

  /** Seconds counted and not taken yet. */
  pending(now: number): number {
    this.#count(now);
    return this.#pending / 1000;
  }

  /** Whole seconds that were not taken before; what is left of a second stays for the next time. */
  take(now: number): number {
    this.#count(now);
    const seconds = Math.floor(this.#pending / 1000);
    this.#pending -= seconds * 1000;
    return seconds;
  }

  /** True while time is being counted. */
  running(now: number): boolean {
    return this.#countedUntil !== undefined && now < this.#activeUntil;
  }

  #count(now: number): void {
    if (this.#countedUntil === undefined) return;
    const until = Math.min(now, this.#activeUntil);
    if (until > this.#countedUntil) this.#pending += until - this.#countedUntil;
    this.#countedUntil = Math.max(this.#countedUntil, until);
  }
}
