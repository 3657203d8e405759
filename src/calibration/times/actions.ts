import { z } from 'zod';
import { requireRole } from '../../context/actor.ts';
import { type Context, reader } from '../../context/context.ts';
import { overseers, reviewers } from '../access.ts';
import { based } from '../cache.ts';
import { daysLookedAt, fewestDays, forecastOf, planOf, reviewTimes } from './forecast.ts';
import type { Plan, PlanQuery, TimeReport } from './schema.ts';
import { reviewsNeeded, reviewsPerDay, secondsBy } from './store.ts';

const Seconds = z.array(z.object({ kind: z.string(), seconds: z.int(), n: z.int() }));

const dayMilliseconds = 24 * 60 * 60 * 1000;

/** Active time, reviews a day, what is left and when it may be done. A reviewer sees their own time and days. */
export async function timeReport(ctx: Context): Promise<TimeReport> {
  requireRole(ctx.actor, ...overseers, ...reviewers);
  const own = !ctx.actor.roles.some((role) => overseers.includes(role));
  const reviewer = own ? ctx.actor.id : undefined;
  const tx = reader(ctx);
  const today = Math.floor(ctx.clock.now().getTime() / dayMilliseconds) * dayMilliseconds;
  const from = new Date(today - daysLookedAt * dayMilliseconds);
  const daily = await reviewsPerDay(tx, { from, reviewer });
  const remaining = await reviewsNeeded(tx);
  const base = {
    own,
    times: reviewTimes(own ? await secondsBy(tx, reviewer) : await allSeconds(ctx)),
    daily,
    remaining,
  };
  if (remaining === 0) return { ...base, lacking: 'nothing left' };
  const all = own ? await reviewsPerDay(tx, { from, reviewer: undefined }) : daily;
  const perDay = pastDays(all, today);
  if (perDay.length < fewestDays) return { ...base, lacking: 'too few days' };
  const forecast = forecastOf(remaining, perDay);
  return forecast === undefined ? { ...base, lacking: 'no reviews' } : { ...base, forecast };
}

/** Reviews of each past day from the first with one to yesterday: today is not over. */
function pastDays(daily: TimeReport['daily'], today: number): number[] {
  const byDay = new Map<string, number>();
  for (const { day, reviews } of daily) byDay.set(day, (byDay.get(day) ?? 0) + reviews);
  const first = daily[0]?.day;
  if (first === undefined) return [];
  const days: number[] = [];
  for (let at = Date.parse(first); at < today; at += dayMilliseconds)
    days.push(byDay.get(new Date(at).toISOString().slice(0, 10)) ?? 0);
  return days;
}

/** What a project of so many instances asks of clinicians, before it starts. */
export async function reviewPlan(ctx: Context, { instances, overlap, minutes }: PlanQuery): Promise<Plan> {
  requireRole(ctx.actor, ...overseers, ...reviewers, 'admin');
  const measured = await allSeconds(ctx);
  return planOf({ instances, overlap, ...(minutes === undefined ? {} : { minutes }) }, measured);
}

async function allSeconds(ctx: Context): Promise<z.output<typeof Seconds>> {
  const report = { name: 'time/seconds', fresh: false, schema: Seconds };
  return (await based(ctx, report, (tx) => secondsBy(tx, undefined))).content;
}
