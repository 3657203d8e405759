import { csvCell } from '../redteam/reports/formats/escape.ts';
import { armScores, type CountedRating } from './scores.ts';
import type { SealedDesign } from './sealed-design.ts';

function csvText(rows: readonly (readonly (string | number | undefined)[])[]): string {
  return `\ufeff${rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')}`;
}

/** Every rating as a row (RFC 4180, UTF-8 with a byte order mark), with why it does not count where it does not. */
export function longCsv({ design, axes }: SealedDesign, ratings: readonly CountedRating[]): string {
  const pairs = new Map(design.vignettes.map((one) => [one.id, one.pair]));
  const header = ['vignette', 'pair', 'side', 'arm', 'person', 'rater', 'imported'];
  const rest = ['total', 'seconds', 'recognised', 'excluded', 'rated_at', 'event_seq'];
  return csvText([
    [...header, ...axes.map((axis) => axis.id), ...rest],
    ...ratings.map((one) => [
      one.of.vignette,
      pairs.get(one.of.vignette)?.id,
      pairs.get(one.of.vignette)?.side,
      one.of.arm,
      one.of.person,
      one.rater,
      one.imported ? 'yes' : 'no',
      ...axes.map((axis) => one.scores[axis.id]),
      one.total,
      one.seconds,
      one.recognised ? 'yes' : 'no',
      one.excluded,
      one.at,
      one.eventSeq,
    ]),
  ]);
}

/** One row per vignette and one column per arm and outcome: the scores that the analysis compares, empty where missing. */
export function wideCsv({ design, axes }: SealedDesign, ratings: readonly CountedRating[]): string {
  const outcomes = [
    { name: 'total', arms: armScores(design, ratings, { of: 'total' }) },
    ...axes.map(({ id }) => ({ name: id, arms: armScores(design, ratings, { of: 'axis', axis: id }) })),
  ];
  const columns = outcomes.flatMap(({ name, arms }) =>
    arms.map((arm) => ({ header: `${arm.name}.${name}`, values: arm.values })),
  );
  return csvText([
    ['vignette', 'pair', 'side', ...columns.map((one) => one.header)],
    ...design.vignettes.map(({ id, pair }, index) => [
      id,
      pair?.id,
      pair?.side,
      ...columns.map((one) => one.values[index] ?? undefined),
    ]),
  ]);
}
