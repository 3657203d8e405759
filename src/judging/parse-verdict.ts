import type { z } from 'zod';
import { readSingleObject } from './parse-verdict-json.ts';

export type UndecidedReason =
  | 'empty'
  | 'too-long'
  | 'not-json'
  | 'not-an-object'
  | 'several-objects'
  | 'text-around'
  | 'duplicate-key'
  | 'schema';

/** A judge's reply, read: its value, or why it decides nothing. Undecided is never a pass and never a number. */
export type ParsedVerdict<T> =
  | { state: 'decided'; value: T }
  | { state: 'undecided'; reason: UndecidedReason; detail: string };

export type ParseVerdictOptions = {
  /** Accept one `<think>…</think>` block before the object, for judges that reason aloud; off by default. */
  allowReasoning?: boolean;
};

/** A verdict is a line or two; what is longer is not one, and is not worth parsing. */
const maxLength = 65_536;

const details: Record<Exclude<UndecidedReason, 'schema' | 'duplicate-key'>, string> = {
  empty: 'The reply is empty.',
  'too-long': `The reply is longer than ${maxLength} characters.`,
  'not-json': 'The reply holds no complete JSON object.',
  'not-an-object': 'The reply is JSON but not an object.',
  'several-objects': 'The reply holds more than one JSON object; none of them can be told to be the judge’s own.',
  'text-around': 'The reply has text before or after its JSON object.',
};

/**
 * Reads a judge's reply that must be exactly one JSON object of the given schema; one code fence around it is tolerated.
 * Text around the object, a second object, a repeated key or a missing field leave the case undecided: the judged text may
 * have planted what is read. Required fields must be required in the schema; free text is never searched for a verdict.
 */
export function parseVerdict<T>(
  reply: string,
  schema: z.ZodType<T>,
  options: ParseVerdictOptions = {},
): ParsedVerdict<T> {
  if (reply.length > maxLength) return undecided('too-long');
  const text = withoutFence(options.allowReasoning === true ? withoutReasoning(reply) : reply);
  if (text === '') return undecided('empty');
  const reading = readSingleObject(text);
  if (reading.kind === 'duplicate-key') {
    return {
      state: 'undecided',
      reason: 'duplicate-key',
      detail: `The object holds the key ${JSON.stringify(reading.key)} twice.`,
    };
  }
  if (reading.kind !== 'object') return undecided(reading.kind);
  const parsed = schema.safeParse(reading.value);
  if (parsed.success) return { state: 'decided', value: parsed.data };
  const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'object'}: ${issue.message}`);
  return { state: 'undecided', reason: 'schema', detail: `The object does not fit the schema (${issues.join('; ')}).` };
}

function undecided(reason: keyof typeof details): { state: 'undecided'; reason: UndecidedReason; detail: string } {
  return { state: 'undecided', reason, detail: details[reason] };
}

/** The text inside a single code fence that spans the whole reply, else the reply, trimmed. */
function withoutFence(reply: string): string {
  const trimmed = reply.replace(/^\uFEFF/, '').trim();
  const fenced = /^```(?:json)?[ \t]*\n([\s\S]*?)\n?[ \t]*```$/i.exec(trimmed);
  const inner = fenced?.[1];
  return inner === undefined || inner.includes('```') ? trimmed : inner.trim();
}

/** The reply after its one reasoning block. With any other number of tags nothing is cut, and parsing fails closed. */
function withoutReasoning(reply: string): string {
  const block = /^\s*<think>([\s\S]*?)<\/think>/.exec(reply);
  const inner = block?.[1];
  const rest = block === null ? reply : reply.slice(block[0].length);
  return inner === undefined || /<\/?think>/.test(inner + rest) ? reply : rest;
}
