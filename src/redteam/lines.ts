import { z } from 'zod';
import { canonicalBytes } from '../core/canonical-json.ts';
import { sha256Hex } from '../core/hash.ts';
import { asJson } from '../ledger/actions.ts';
import type { LineOutcome, LinesReport } from './schema.ts';

export type Line<T> = { line: number; id: string; record: T; sha256: string };

/** SHA-256 (64 hex digits) of a record's canonical JSON. */
export function recordDigest(record: unknown): string {
  return sha256Hex(canonicalBytes(asJson(record)));
}

/** Parses each line by itself: a bad one is refused with the reason and never stops the rest. A repeated id is refused. */
export function readLines<T extends { id: string }>(
  lines: readonly unknown[],
  schema: z.ZodType<T>,
): { good: Line<T>[]; refused: LineOutcome[] } {
  const good: Line<T>[] = [];
  const refused: LineOutcome[] = [];
  const seen = new Set<string>();
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    const parsed = schema.safeParse(raw);
    if (!parsed.success) {
      refused.push({ line, outcome: 'refused', reason: z.prettifyError(parsed.error) });
      continue;
    }
    const record = parsed.data;
    if (seen.has(record.id))
      refused.push({
        line,
        id: record.id,
        outcome: 'refused',
        reason: `the id "${record.id}" stands on an earlier line`,
      });
    else good.push({ line, id: record.id, record, sha256: recordDigest(record) });
    seen.add(record.id);
  }
  return { good, refused };
}

export type Sorted<T> = { fresh: Line<T>[]; already: number; refused: LineOutcome[] };

/** Parts lines into new ones, ones stored before, and ones that give a stored id another content or that `objection` refuses. */
export function sortLines<T>(
  lines: readonly Line<T>[],
  stored: ReadonlyMap<string, string>,
  objection: (record: T) => string | undefined,
): Sorted<T> {
  const sorted: Sorted<T> = { fresh: [], already: 0, refused: [] };
  for (const one of lines) {
    const before = stored.get(one.id);
    const reason =
      before === undefined
        ? objection(one.record)
        : before === one.sha256
          ? undefined
          : `another record is stored under the id "${one.id}"`;
    if (reason !== undefined) sorted.refused.push({ line: one.line, id: one.id, outcome: 'refused', reason });
    else if (before === undefined) sorted.fresh.push(one);
    else sorted.already++;
  }
  return sorted;
}

export function linesReport(taken: number, already: number, refused: readonly LineOutcome[]): LinesReport {
  return { taken, already, refused: refused.length, lines: refused.toSorted((a, b) => a.line - b.line) };
}
