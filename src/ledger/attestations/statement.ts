import { canonicalBytes, type JsonValue, parseStrictJson } from '../../core/canonical-json.ts';
import { AppError, messageOf } from '../../core/error.ts';
import { fromUtf8 } from '../bytes.ts';

/** in-toto Statement v1, the payload of every envelope. */

export const statementType = 'https://in-toto.io/Statement/v1';
export const statementPayloadType = 'application/vnd.in-toto+json';

const base = 'https://safemed-r1.org/cts/v1';

/** Predicate types of clinical trust signals, defined here because no vetted one exists. */
export const predicateTypes = {
  generation: `${base}/clinical-generation/v1`,
  review: `${base}/clinical-review/v1`,
  adjudication: `${base}/clinical-adjudication/v1`,
  datasetRelease: `${base}/dataset-release/v1`,
  /** Any other logged fact: the predicate is the event's own data. */
  event: `${base}/logged-event/v1`,
} as const;

/** One artefact the statement is about: a name and the SHA-256 of its bytes in hex. */
export type Subject = { readonly name: string; readonly digest: { readonly sha256: string } };

export type Statement = {
  readonly subject: readonly Subject[];
  readonly predicateType: string;
  readonly predicate: { readonly [key: string]: JsonValue };
};

/** The canonical JSON bytes of a statement; throws invalid_input if a subject lacks a digest or the type is no URI. */
export function encodeStatement({ subject, predicateType, predicate }: Statement): Uint8Array {
  const fault = findFault(subject, predicateType);
  if (fault !== undefined) throw new AppError('invalid_input', `Cannot write a statement: ${fault}.`);
  return canonicalBytes({ _type: statementType, subject, predicateType, predicate });
}

/** The statement in an envelope's verified payload; throws check_failed if it is none. */
export function decodeStatement(payload: Uint8Array): Statement {
  const { _type, subject, predicateType, predicate } = parseObject(payload);
  if (_type !== statementType) throw malformed(`its _type is not ${statementType}`);
  if (!Array.isArray(subject) || !subject.every(isSubject)) throw malformed('a subject has no name or no digest');
  if (typeof predicateType !== 'string') throw malformed('it has no predicateType');
  if (!isObject(predicate)) throw malformed('its predicate is not an object');
  const fault = findFault(subject, predicateType);
  if (fault !== undefined) throw malformed(fault);
  return { subject, predicateType, predicate };
}

function findFault(subject: readonly Subject[], predicateType: string): string | undefined {
  if (subject.length === 0) return 'it has no subject';
  const bare = subject.find(({ digest }) => !/^[0-9a-f]{64}$/.test(digest.sha256));
  if (bare !== undefined) return `the subject ${JSON.stringify(bare.name)} has no SHA-256 digest in lower-case hex`;
  if (!/^[a-z][a-z0-9+.-]*:[^\s]+$/.test(predicateType)) return `${JSON.stringify(predicateType)} is not a URI`;
  return undefined;
}

function parseObject(payload: Uint8Array): { [key: string]: JsonValue } {
  const text = fromUtf8(payload);
  if (text === undefined) throw malformed('it is not UTF-8');
  let value: JsonValue;
  try {
    value = parseStrictJson(text);
  } catch (error) {
    throw malformed(messageOf(error));
  }
  if (!isObject(value)) throw malformed('it is not an object');
  return value;
}

function isObject(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSubject(value: JsonValue): value is { name: string; digest: { sha256: string } } {
  return (
    isObject(value) &&
    typeof value.name === 'string' &&
    isObject(value.digest) &&
    typeof value.digest.sha256 === 'string'
  );
}

function malformed(why: string): AppError {
  return new AppError('check_failed', `Not an in-toto statement: ${why}.`);
}
