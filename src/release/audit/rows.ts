import { canonicalJson, type JsonValue } from '../../core/canonical-json.ts';
import { messageOf } from '../../core/error.ts';
import { sha256Hex } from '../../core/hash.ts';
import type { JsonObject } from '../../verify/fields.ts';
import type { ChainEvent } from '../../verify/replay/history.ts';

/** A row of a table as an event says it must be. Columns the event does not speak of are not compared. */
export type ExpectedRow = {
  readonly table: AuditedTable;
  readonly key: string;
  readonly seq: number;
  readonly columns: JsonObject;
};

/** A row as it is in the database, its values as JSON. */
export type ActualRow = { readonly table: AuditedTable; readonly key: string; readonly columns: JsonObject };

export const auditedTables = [
  'review',
  'edit_confirmation',
  'trace',
  'strike',
  'panel_case',
  'panel_vote',
  'panel_decision',
  'instance',
  'question',
] as const;
export type AuditedTable = (typeof auditedTables)[number];

export type RowFinding = { readonly seq: number; readonly problem: string };

/** The rows that one event of an example's chain put into the business tables. */
export function rowsOfEvent(subject: string, event: ChainEvent): ExpectedRow[] {
  const { data, seq } = event;
  const text = (key: string): string => String(data[key]);
  const row = (table: AuditedTable, key: string, columns: JsonObject): ExpectedRow[] => [{ table, key, seq, columns }];
  switch (event.type) {
    case 'case.imported':
      return [
        { table: 'question', key: text('question'), seq, columns: { digest: data.sha256 ?? null } },
        {
          table: 'instance',
          key: subject,
          seq,
          columns: pick(data, { question_id: 'question', kind: 'kind', language: 'language' }),
        },
      ];
    case 'generation.recorded':
      return row('trace', text('trace'), pick(data, traceColumns));
    case 'review.signed':
      return row('review', text('id'), { ...pick(data, reviewColumns), event_seq: seq });
    case 'edit.signed':
      return row('edit_confirmation', `${text('reviewId')} ${text('reviewer')}`, {
        ...pick(data, { result_sha256: 'resultSha256', scores: 'scores', confirmed_at: 'confirmedAt' }),
        event_seq: seq,
      });
    case 'strike.recorded':
      return row('strike', text('round'), pick(data, { reasons: 'reasons' }));
    case 'panel.opened':
      return row('panel_case', text('case'), pick(data, { board: 'board', trigger: 'trigger', trace_id: 'trace' }));
    case 'vote.signed':
      return row('panel_vote', `${text('case')} ${text('ballot')} ${text('member')}`, pick(data, { vote: 'vote' }));
    case 'adjudication.signed':
      return row('panel_decision', text('case'), { ...pick(data, decisionColumns), event_seq: seq });
    default:
      return [];
  }
}

const traceColumns = {
  round: 'round',
  text: 'text',
  sha256: 'sha256',
  well_formed: 'wellFormed',
  malformed_reason: 'malformedReason',
  answer_state: 'answerState',
  endpoint: 'endpoint',
  model: 'model',
  prompt_sha256: 'promptSha256',
  call_key: 'callKey',
};

const reviewColumns = {
  instance_id: 'instanceId',
  trace_id: 'traceId',
  round: 'round',
  reviewer: 'reviewer',
  track: 'track',
  rubric_version: 'rubricVersion',
  profile_digest: 'profileDigest',
  scores: 'scores',
  steps: 'steps',
  violations: 'violations',
  edits: 'edits',
  result_sha256: 'resultSha256',
  edited_scores: 'editedScores',
  verdict: 'verdict',
  comment: 'comment',
  seconds: 'seconds',
  imported_by: 'importedBy',
  insufficient_context: 'insufficientContext',
  guideline_version: 'guidelineVersion',
  submitted_at: 'submittedAt',
};

const decisionColumns = {
  decision: 'decision',
  edits: 'edits',
  result_sha256: 'resultSha256',
  scores: 'scores',
  rationale: 'rationale',
  chair: 'chair',
  signature: 'signature',
  decided_at: 'decidedAt',
};

/** Columns from the event's keys; what the event does not have is null in the table. */
function pick(data: JsonObject, columns: { readonly [column: string]: string }): { [column: string]: JsonValue } {
  return Object.fromEntries(Object.entries(columns).map(([column, key]) => [column, data[key] ?? null]));
}

/** The state an instance must have by its last decision; undefined while there is none. */
export function decidedState(events: readonly ChainEvent[]): 'accepted' | 'rejected' | undefined {
  const last = events.findLast((event) => event.type.startsWith('example.'));
  if (last === undefined) return undefined;
  return last.type === 'example.approved' ? 'accepted' : 'rejected';
}

/** Compares the rows of one example with what its events say, both ways. */
export function compareRows(expected: readonly ExpectedRow[], actual: readonly ActualRow[]): RowFinding[] {
  const findings: RowFinding[] = [];
  const found = new Map(actual.map((row) => [`${row.table} ${row.key}`, row]));
  for (const row of expected) {
    const name = `${row.table} ${row.key}`;
    const there = found.get(name);
    found.delete(name);
    if (there === undefined)
      findings.push({ seq: row.seq, problem: `${name} is missing: it was signed, and its row is gone` });
    else
      for (const difference of differences(row.columns, there.columns))
        findings.push({ seq: row.seq, problem: `${name} was altered: ${difference}` });
  }
  for (const name of found.keys())
    findings.push({ seq: -1, problem: `${name} was added: no signed event made this row` });
  return findings;
}

function differences(signed: JsonObject, there: JsonObject): string[] {
  return Object.keys(signed).flatMap((column) => {
    const [before, now] = [signed[column] ?? null, there[column] ?? null];
    if (canonicalJson(before) === canonicalJson(now)) return [];
    if (!isObject(before) || !isObject(now)) return [`${column} is ${shown(now)}, ${shown(before)} was signed`];
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    return keys
      .filter((key) => canonicalJson(before[key] ?? null) !== canonicalJson(now[key] ?? null))
      .map((key) => `${column} ${key} is ${shown(now[key] ?? null)}, ${shown(before[key] ?? null)} was signed`);
  });
}

function isObject(value: JsonValue): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Short values as they are; texts only by their length, because findings travel further than contents. */
function shown(value: JsonValue): string {
  const text = canonicalJson(value);
  return text.length <= 40
    ? text
    : `another value (${text.length} characters, SHA-256 ${sha256Hex(text).slice(0, 12)})`;
}

/** A database value as JSON: times as the events write them. */
export function asJsonValue(value: unknown): JsonValue {
  if (value instanceof Date) return value.toISOString();
  if (value === undefined || value === null) return null;
  try {
    return JSON.parse(JSON.stringify(value)) as JsonValue; // what JSON text parses to is a JSON value
  } catch (error) {
    return `not JSON: ${messageOf(error)}`;
  }
}
