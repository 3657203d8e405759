import type { Tx } from '../db/database.ts';
import type {
  DimensionPattern,
  RaterPlace,
  RatingCounts,
  ResidualSums,
  ReviewerPattern,
  ScorePattern,
} from './counts-schema.ts';

/** Instances with ids in (after, upTo]. */
export type Range = { after: string; upTo: string };

export const beforeAll = '00000000-0000-0000-0000-000000000000';
const afterAll = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The next part of the instances: so many, or the rest. Undefined when there is none. */
export async function nextRange(tx: Tx, after: string, size: number): Promise<Range | undefined> {
  if (after === afterAll) return undefined;
  const [row] = await tx.query<{ id: string }>('SELECT id FROM instance WHERE id > $1 ORDER BY id OFFSET $2 LIMIT 1', [
    after,
    size - 1,
  ]);
  return { after, upTo: row?.id ?? afterAll };
}

/**
 * The scores of a criterion in one round as a number: how often each point was given, in two decimal digits each, the
 * lowest point in the lowest digits. Adding such numbers is much cheaper than sorting scores into a text.
 */
const patternSql = `sum(CASE scored.value WHEN '1' THEN 1::bigint WHEN '2' THEN 100 WHEN '3' THEN 10000 WHEN '4' THEN 1000000
  WHEN '5' THEN 100000000 END)`;

/** The scores in ascending order, for example "445", from their number. */
function patternText(pattern: string): string {
  const digits = pattern.padStart(10, '0');
  return [1, 2, 3, 4, 5]
    .map((point) => `${point}`.repeat(Number(digits.slice(10 - 2 * point, 12 - 2 * point))))
    .join('');
}

/** A look-up for each instance of the part: a join would read the whole corpus for every part. */
const specialtySql = `(SELECT body ->> 'specialty' FROM question WHERE question.id = question_id)`;

/** Each criterion's scores in a round, counted before they leave the database, and who reviewed what kind of thing. */
const scoreSql = `
  WITH place AS MATERIALIZED (
    SELECT id, kind, language, ${specialtySql} AS specialty FROM instance WHERE id > $1 AND id <= $2),
  unit AS (
    SELECT instance_id, scored.key AS criterion, ${patternSql} AS pattern
    FROM review, jsonb_each_text(scores) AS scored WHERE instance_id > $1 AND instance_id <= $2
    GROUP BY instance_id, round, scored.key)
  SELECT criterion, pattern::text AS pattern, kind, language, specialty, min(instance_id::text) AS example,
    NULL AS reviewer, count(*)::int AS units
  FROM unit JOIN place ON place.id = instance_id GROUP BY unit.criterion, unit.pattern, kind, language, specialty
  UNION ALL
  SELECT NULL, NULL, kind, language, specialty, NULL, reviewer, count(*)::int
  FROM review JOIN place ON place.id = instance_id GROUP BY reviewer, kind, language, specialty`;

type ScoreRow = RaterPlace & Omit<ScorePattern, 'criterion'> & { criterion: string | null };

export async function scoreCounts(tx: Tx, range: Range): Promise<Pick<RatingCounts, 'scores' | 'raters'>> {
  const rows = await tx.query<ScoreRow>(scoreSql, [range.after, range.upTo]);
  return {
    scores: rows.flatMap(({ reviewer: _, criterion, pattern, ...row }) =>
      criterion === null ? [] : [{ ...row, criterion, pattern: patternText(pattern) }],
    ),
    raters: rows.flatMap(({ criterion, reviewer, kind, language, specialty }) =>
      criterion === null ? [{ reviewer, kind, language, specialty }] : [],
    ),
  };
}

/** Rounds on the given tracks by their number of reviews, and how many of these found each dimension violated. */
const dimensionSql = `
  WITH unit AS MATERIALIZED (
    SELECT instance_id, round, count(*)::int AS ratings FROM review
    WHERE instance_id > $1 AND instance_id <= $2 AND track = ANY($3) GROUP BY 1, 2),
  found AS (
    SELECT instance_id, round, violation ->> 'dimension' AS dimension, count(DISTINCT reviewer)::int AS found
    FROM review, jsonb_array_elements(violations) AS violation
    WHERE instance_id > $1 AND instance_id <= $2 AND track = ANY($3) GROUP BY 1, 2, 3)
  SELECT dimension, kind, language, ${specialtySql} AS specialty, ratings, found, count(*)::int AS units
  FROM (SELECT instance_id, ratings, dimension, found FROM unit JOIN found USING (instance_id, round)
        UNION ALL SELECT instance_id, ratings, NULL, 0 FROM unit) AS counted
    JOIN instance ON instance.id = instance_id
  GROUP BY 1, 2, 3, 4, 5, 6`;

export async function dimensionCounts(
  tx: Tx,
  range: Range,
  tracks: string[],
): Promise<Pick<RatingCounts, 'dimensions' | 'judged'>> {
  type Row = Omit<DimensionPattern, 'dimension'> & { dimension: string | null };
  const rows = await tx.query<Row>(dimensionSql, [range.after, range.upTo, tracks]);
  return {
    dimensions: rows.flatMap(({ dimension, ...row }) => (dimension === null ? [] : [{ ...row, dimension }])),
    judged: rows.flatMap(({ dimension, found: _, ...row }) => (dimension === null ? [row] : [])),
  };
}

const stepSql = `
  WITH mark AS (
    SELECT instance_id, round, mark ->> 'step' AS step, CASE WHEN mark ->> 'mark' = 'wrong' THEN 1 ELSE 0 END AS wrong
    FROM review, jsonb_array_elements(steps) AS mark WHERE instance_id > $1 AND instance_id <= $2 AND mark ? 'step'),
  step AS (
    SELECT instance_id, round, step, count(*)::int AS marks, sum(wrong)::int AS wrong FROM mark GROUP BY 1, 2, 3),
  cluster AS (
    SELECT coalesce(sum(wrong) FILTER (WHERE marks > 1), 0)::int AS wrong,
      coalesce(sum(marks - wrong) FILTER (WHERE marks > 1), 0)::int AS other,
      coalesce(sum(2.0 * wrong * (marks - wrong) / (marks - 1)) FILTER (WHERE marks > 1), 0)::float8 AS unlike,
      count(*) FILTER (WHERE marks > 1)::int AS steps, count(*) FILTER (WHERE marks = 1)::int AS once
    FROM step GROUP BY instance_id)
  SELECT wrong, other, unlike, steps, count(*)::int AS instances, sum(once)::int AS once FROM cluster GROUP BY 1, 2, 3, 4`;

export async function stepCounts(tx: Tx, range: Range): Promise<Pick<RatingCounts, 'steps' | 'stepsMarkedOnce'>> {
  const rows = await tx.query<RatingCounts['steps'][number] & { once: number }>(stepSql, [range.after, range.upTo]);
  return {
    steps: rows.filter((row) => row.steps > 0).map(({ once: _, ...row }) => row),
    stepsMarkedOnce: rows.reduce((total, row) => total + row.once, 0),
  };
}

/** What each reviewer gave in rounds that others reviewed too, with all scores of the round. */
const reviewerSql = `
  WITH said AS MATERIALIZED (
    SELECT instance_id, round, reviewer, scored.key AS criterion, scored.value
    FROM review, jsonb_each_text(scores) AS scored WHERE instance_id > $1 AND instance_id <= $2),
  unit AS MATERIALIZED (
    SELECT instance_id, round, criterion, ${patternSql} AS pattern FROM said AS scored
    GROUP BY instance_id, round, criterion HAVING count(*) > 1)
  SELECT reviewer, criterion, value::int AS own, pattern::text AS pattern, count(*)::int AS units
  FROM said JOIN unit USING (instance_id, round, criterion) GROUP BY said.reviewer, said.criterion, value, unit.pattern`;

export async function reviewerPatterns(tx: Tx, range: Range): Promise<ReviewerPattern[]> {
  const rows = await tx.query<ReviewerPattern>(reviewerSql, [range.after, range.upTo]);
  return rows.map((row) => ({ ...row, pattern: patternText(row.pattern) }));
}

/** A review's level is the mean of its scores; a residual is the level less the mean level of the round's other reviews. */
const residualSql = `
  WITH level AS MATERIALIZED (
    SELECT instance_id, round, reviewer, (SELECT avg(value::float8) FROM jsonb_each_text(scores)) AS level
    FROM review WHERE instance_id > $1 AND instance_id <= $2),
  residual AS (
    SELECT reviewer, level - (sum(level) OVER unit - level) / nullif(count(level) OVER unit - 1, 0) AS d
    FROM level WINDOW unit AS (PARTITION BY instance_id, round))
  SELECT reviewer, count(*)::int AS n, sum(d) AS sum, sum(d * d) AS squares FROM residual WHERE d IS NOT NULL GROUP BY reviewer`;

export async function residualSums(tx: Tx, range: Range): Promise<ResidualSums[]> {
  return tx.query<ResidualSums>(residualSql, [range.after, range.upTo]);
}
