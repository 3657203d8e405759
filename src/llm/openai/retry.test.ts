import { expect, test } from 'vitest';
import { backoffMs, createSharedPause, isRetryable, retryAfterMs, wait } from './retry.ts';

const now = new Date('2026-11-22T09:00:00Z');
const asked = (headers: Record<string, string>): number | undefined => retryAfterMs(new Headers(headers), now);

test('Retry-After is understood in seconds, in milliseconds and as a date', () => {
  expect(asked({ 'retry-after': '3' })).toBe(3000);
  expect(asked({ 'retry-after': '0.5' })).toBe(500);
  expect(asked({ 'retry-after-ms': '250', 'retry-after': '3' })).toBe(250);
  expect(asked({ 'retry-after': 'Sun, 22 Nov 2026 09:00:07 GMT' })).toBe(7000);
  expect(asked({ 'retry-after': 'Sun, 22 Nov 2026 08:00:00 GMT' })).toBe(0);
  expect(asked({ 'retry-after': 'soon' })).toBeUndefined();
  expect(asked({})).toBeUndefined();
});

test('only failures that a repeated request may survive are repeated', () => {
  const repeated = [400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 501, 502, 503, 529].filter(isRetryable);
  expect(repeated).toEqual([408, 409, 429, 500, 502, 503, 529]);
});

test('pauses double from half a second up to thirty seconds, less a random half', () => {
  expect([1, 2, 3, 8, 60].map((attempt) => backoffMs(attempt, 0))).toEqual([500, 1000, 2000, 30_000, 30_000]);
  expect(backoffMs(1, 0.999)).toBeGreaterThanOrEqual(250);
});

test('one refused call does not stop the others, three in a row do', async () => {
  const pause = createSharedPause();
  const passing = async (): Promise<number> => {
    const start = performance.now();
    await pause.passed();
    return performance.now() - start;
  };
  pause.refused(200);
  pause.refused(200);
  pause.answered();
  pause.refused(200);
  expect(await passing()).toBeLessThan(100);
  pause.refused(200);
  pause.refused(200);
  expect(await passing()).toBeGreaterThan(150);
});

test('an abort ends a pause at once, with its own reason', async () => {
  const controller = new AbortController();
  const waiting = wait(60_000, controller.signal);
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});
