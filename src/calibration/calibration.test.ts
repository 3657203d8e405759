import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reply, TestApp } from '../../test/app.ts';
import { openCollectedApp } from '../../test/collected.ts';
import type { ExportedReview } from '../review/transfer/schema.ts';
import { agreementTable } from '../statistics/agreement/table.ts';
import type { BatchReport } from './batches/schema.ts';
import type { ReviewersReport } from './reviewers/schema.ts';
import type { AgreementReport } from './schema.ts';
import type { Plan, TimeReport } from './times/schema.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openCollectedApp(['knowledge', 'guard', 'ethics'], { workers: true });
});
afterAll(() => app.close());

async function read<T>(path: string): Promise<T> {
  const { status, body } = await app.as('steward').send('GET', `/v1/quality/${path}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as T; // the routes parse their replies with the schemas of these types
}

async function exported(): Promise<ExportedReview[]> {
  const { body } = await app.as('auditor').send('GET', '/v1/reviews/export?limit=1000');
  return (body as { reviews: ExportedReview[] }).reviews;
}

test('agreement is printed per criterion with n, raters, method, seed and an interval', async () => {
  const { criteria, asOf } = await read<AgreementReport>('agreement');
  const used = criteria.filter((item) => item.n > 0);
  expect(used.length).toBeGreaterThan(5);
  for (const { n, raters, headline } of used) {
    expect(n).toBeGreaterThan(20);
    expect(raters).toBe(3);
    expect(headline).toMatchObject({ statistic: 'krippendorffAlpha.ordinal', seed: 20260522, replicates: 2_000 });
    expect(headline.ci95?.[0]).toBeLessThan(headline.value ?? Number.NaN);
    expect(headline.ci95?.[1]).toBeGreaterThan(headline.value ?? Number.NaN);
  }
  expect(asOf.newer).toBe(0);
});

test('every agreement figure is the one computed from the single reviews', async () => {
  const { criteria } = await read<AgreementReport>('agreement');
  const reviews = await exported();
  const reviewers = [...new Set(reviews.map((review) => review.reviewer))];
  for (const { item, headline, n } of criteria.filter((one) => one.n > 0)) {
    const rounds = Map.groupBy(
      reviews.filter((review) => item in review.scores),
      (review) => `${review.instance} ${review.round}`,
    );
    const table = [...rounds.values()].map((round) =>
      reviewers.map((reviewer) => round.find((one) => one.reviewer === reviewer)?.scores[item] ?? null),
    );
    const report = agreementTable(table, 'ordinal', { seed: 1, replicates: 2, scale: [1, 2, 3, 4, 5] });
    expect(report.pairableUnits).toBe(n);
    expect(headline.value, item).toBeCloseTo(report.results[0]?.value ?? Number.NaN, 9);
  }
});

test('a slice with too few rounds says so instead of giving a figure; the rest add up to everything', async () => {
  const all = await read<AgreementReport>('agreement');
  const sliced = await read<AgreementReport>('agreement?by=specialty');
  const few = sliced.criteria.filter((item) => item.n < all.minimumUnits);
  expect(few.length).toBeGreaterThan(0);
  for (const item of few) expect(item.headline).toMatchObject({ value: null, reason: 'too few' });
  for (const { item, n, ratings } of all.criteria) {
    const parts = sliced.criteria.filter((one) => one.item === item);
    expect(parts.reduce((sum, part) => sum + part.n, 0)).toBe(n);
    expect(parts.reduce((sum, part) => sum + part.ratings, 0)).toBe(ratings);
  }
});

test('dimensions have AC1, percent agreement and prevalence; kappa carries the note where one answer is rare', async () => {
  const { dimensions } = await read<AgreementReport>('agreement');
  expect(dimensions.length).toBeGreaterThan(3);
  for (const { headline, beside, prevalence } of dimensions) {
    expect(headline.statistic).toBe('gwetAC1');
    expect(prevalence).toBeGreaterThan(0);
    const kappa = beside.find((one) => one.statistic === 'fleissKappa');
    if ((prevalence ?? 0) < 0.2) expect(kappa).toMatchObject({ prevalence: true });
  }
});

test('a reviewer gets their own figures and nobody else’s, and no agreement report', async () => {
  const own = await app.account('demo-reviewer-a', ['reviewer', 'ethics-reviewer']);
  const { status, body } = await own('GET', '/v1/quality/reviewers');
  expect(status).toBe(200);
  const report = body as ReviewersReport;
  expect(report.own).toBe(true);
  expect(report.reviewers.map((one) => one.reviewer)).toEqual(['demo-reviewer-a']);
  expect(JSON.stringify(body)).not.toMatch(/demo-reviewer-[bc]/);
  const time = (await own('GET', '/v1/quality/time')).body as TimeReport;
  expect(new Set(time.daily.map((one) => one.reviewer))).toEqual(new Set(['demo-reviewer-a']));
  for (const path of ['agreement', 'agreement?by=reviewer', 'batches', 'gold'])
    expect((await own('GET', `/v1/quality/${path}`)).status, path).toBe(403);
  expect((await app.anonymous('GET', '/v1/quality/reviewers')).status).toBe(401);
});

test('those who oversee see every reviewer in the order of their names, with severity as the mean difference', async () => {
  const { reviewers, own } = await read<ReviewersReport>('reviewers');
  expect(own).toBe(false);
  const ids = reviewers.map((one) => one.reviewer);
  expect(ids).toEqual([...ids].sort());
  const reviews = await exported();
  const level = (scores: Record<string, number>): number => {
    const values = Object.values(scores);
    return values.reduce((a, b) => a + b, 0) / values.length;
  };
  for (const { reviewer, severity } of reviewers) {
    const gaps = reviews.flatMap((review) => {
      const peers = reviews.filter(
        (one) => one.instance === review.instance && one.round === review.round && one.reviewer !== reviewer,
      );
      if (review.reviewer !== reviewer || peers.length === 0) return [];
      return [level(review.scores) - peers.reduce((sum, peer) => sum + level(peer.scores), 0) / peers.length];
    });
    expect(severity?.n).toBe(gaps.length);
    expect(severity?.mean).toBeCloseTo(gaps.reduce((a, b) => a + b, 0) / gaps.length, 9);
    expect(Math.abs(severity?.shrunken ?? 1)).toBeLessThanOrEqual(Math.abs(severity?.mean ?? 0));
  }
  expect(reviewers[0]?.drift).toMatchObject({ lambda: 0.2, sigmas: 3 });
});

test('a batch and a model have the state of the sequential test, beside the literal rule and both false alarms', async () => {
  const { models, settings } = await read<BatchReport>('batches');
  expect(settings).toMatchObject({ p0: 0.02, p1: 0.08, alpha: 0.05, beta: 0.1, literal: 5 });
  const [model] = models;
  const status = (await app.as('engineer').send('GET', '/v1/generation/status')).body as { strikes: number };
  expect(model).toMatchObject({ state: 'return', strikes: { k: status.strikes } });
  expect(model?.literal.fires).toBe(true);
  expect(model?.literal.falseAlarm).toBeGreaterThan(model?.falseAlarm ?? 1);
});

test('a plan is an estimate until thirty reviews were measured, and the arithmetic is that of its minutes', async () => {
  const measured = await read<Plan>('plan?instances=10000&overlap=1');
  expect(measured.basis).toBe('measured');
  expect(measured.hours[0]).toBeCloseTo((10_000 * measured.minutes[0]) / 60, 6);
  const stated = await read<Plan>('plan?instances=100&overlap=1.2&minutes=3,6');
  expect(stated).toMatchObject({ basis: 'stated minutes', reviews: 120, hours: [6, 12] });
  expect((await app.as('steward').send('GET', '/v1/quality/plan?instances=10&overlap=2&minutes=6,3')).status).toBe(400);
});

test('figures are computed again as soon as there is another review', async () => {
  const before = await read<AgreementReport>('agreement');
  const again = await read<AgreementReport>('agreement');
  expect(again).toEqual(before);
  const { db } = app.services;
  const id = await extraReview(app, 'late-reader');
  const after = await read<AgreementReport>('agreement');
  expect(after.asOf).not.toEqual(before.asOf);
  const total = (report: AgreementReport): number => report.criteria.reduce((sum, item) => sum + item.ratings, 0);
  const [row] = await db.query<{ scores: object }>('SELECT scores FROM review WHERE id = $1', [id]);
  expect(total(after) - total(before)).toBe(Object.keys(row?.scores ?? {}).length);
});

/** Another account's review of a round that is decided already, put into the table as the queue would have. */
async function extraReview(app: TestApp, reviewer: string): Promise<string> {
  await app.account(reviewer, ['reviewer']);
  const [row] = await app.services.db.query<{ id: string }>(
    `INSERT INTO review (id, instance_id, trace_id, round, reviewer, track, rubric_version, profile_digest, scores, steps,
       violations, edits, verdict, submitted_at, event_seq)
     SELECT gen_random_uuid(), instance_id, trace_id, round, $1, track, rubric_version, profile_digest, scores, steps,
       violations, '[]', 'accept', clock_timestamp() + interval '1 minute', event_seq FROM review WHERE track = 'medical' ORDER BY id LIMIT 1 RETURNING id`,
    [reviewer],
  );
  return row?.id ?? '';
}

test('figures that took long are shown as they are, with the number of newer reviews, until asked for anew', async () => {
  const { db } = app.services;
  await db.query("UPDATE quality_cache SET milliseconds = 60000 WHERE name = 'counts/ratings'");
  const before = await read<AgreementReport>('agreement');
  await extraReview(app, 'later-reader');
  const stale = await read<AgreementReport>('agreement');
  expect(stale.asOf).toEqual({ ...before.asOf, newer: 1 });
  expect(stale.criteria).toEqual(before.criteria);
  const fresh = await read<AgreementReport>('agreement?fresh=true');
  expect(fresh.asOf.newer).toBe(0);
  expect(fresh.criteria).not.toEqual(before.criteria);
});

test('what another version of the program kept in another form is computed anew', async () => {
  const before = await read<AgreementReport>('agreement');
  await app.services.db.query(`UPDATE quality_cache SET content = '{"other": true}'`);
  expect((await read<AgreementReport>('agreement')).criteria).toEqual(before.criteria);
});

test('who made no review has a page of their own figures all the same', async () => {
  const fresh = await app.account('fresh-reader', ['reviewer']);
  const reply: Reply = await fresh('GET', '/v1/quality/reviewers');
  const { reviewers } = reply.body as ReviewersReport;
  expect(reviewers).toHaveLength(1);
  expect(reviewers[0]).toMatchObject({ reviews: 0, lacking: 'too few', gold: { training: 0, hidden: 0 } });
});
