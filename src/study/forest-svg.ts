import { reportForest } from '../charts/report-page.ts';
import type { StudyAnalysis } from './report-schema.ts';

type Unit = StudyAnalysis['forest'][number]['unit'];

/** Differences of one unit with their intervals and the line of no difference, as an SVG; undefined where there is none. */
export function forestSvg({ forest }: StudyAnalysis, unit: Unit): string | undefined {
  const rows = forest.filter((row) => row.unit === unit);
  if (rows.length === 0) return undefined;
  const ends = [0, ...rows.flatMap((row) => [row.lower, row.upper])];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const room = (high - low || 1) / 20;
  const axis = unit === 'share' ? 'difference of shares that pass' : 'difference in points';
  return reportForest(
    { rows, axis, domain: [low - room, high + room], percent: false, lines: [0] },
    'Chart of the table of differences',
  );
}
