import { AppError } from './error.ts';

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** Deeper nesting is refused, so that a hostile text cannot exhaust the stack of whoever walks the value. */
const maxDepth = 1000;

/**
 * The RFC 8785 (JCS) text of a JSON value: keys in UTF-16 order, numbers as ECMAScript prints them, no white space.
 * Throws invalid_input, naming the place, for what JSON cannot hold: NaN, infinities, undefined, lone surrogates,
 * objects other than plain ones, and nesting deeper than 1,000.
 */
export function canonicalJson(value: unknown): string {
  return write(value, []);
}

const encoder = new TextEncoder();

/** The UTF-8 bytes of `canonicalJson(value)`: what is hashed, signed and stored. */
export function canonicalBytes(value: unknown): Uint8Array {
  return encoder.encode(canonicalJson(value));
}

function write(value: unknown, path: (string | number)[]): string {
  switch (typeof value) {
    case 'string':
      return writeString(value, path);
    case 'number':
      if (!Number.isFinite(value)) throw unwritable(`the number ${value}`, path);
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (path.length >= maxDepth) throw unwritable(`nesting deeper than ${maxDepth}`, path.slice(0, 8));
      return Array.isArray(value) ? writeArray(value, path) : writeObject(value, path);
    default:
      throw unwritable(`a value of type ${typeof value}`, path);
  }
}

function writeString(text: string, path: readonly (string | number)[]): string {
  if (!text.isWellFormed()) throw unwritable('a string with a lone surrogate', path);
  return JSON.stringify(text);
}

function writeArray(items: readonly unknown[], path: (string | number)[]): string {
  let out = '[';
  for (let i = 0; i < items.length; i++) {
    path.push(i);
    out += i === 0 ? write(items[i], path) : `,${write(items[i], path)}`;
    path.pop();
  }
  return `${out}]`;
}

function writeObject(object: object, path: (string | number)[]): string {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) throw unwritable('an object that is not plain data', path);
  const members = Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
  let out = '{';
  for (const [key, member] of members) {
    path.push(key);
    out += `${out === '{' ? '' : ','}${writeString(key, path)}:${write(member, path)}`;
    path.pop();
  }
  return `${out}}`;
}

function unwritable(what: string, path: readonly (string | number)[]): AppError {
  const place = path.length === 0 ? 'the value itself' : JSON.stringify(path.join('.'));
  return new AppError('invalid_input', `JSON cannot hold ${what} (at ${place}); change the value before writing it.`);
}

/**
 * The value of a JSON text. As `JSON.parse`, but also throws invalid_input for what that passes unnoticed and I-JSON
 * (RFC 7493) forbids: duplicate names, lone surrogates (raw or escaped), numbers too large for a double, and nesting
 * deeper than 1,000.
 */
export function parseStrictJson(text: string): JsonValue {
  if (!text.isWellFormed()) throw unreadable('a lone surrogate');
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue; // JSON.parse without a reviver makes nothing else
  } catch (error) {
    throw new AppError('invalid_input', `Not JSON: ${(error as SyntaxError).message}`, { cause: error }); // its only error
  }
  if (text.includes('\\u') || countMembers(value, 0) !== countColons(text)) refuseHiddenFaults(text);
  return value;
}

/**
 * How many members all objects of a value have; not a number if it holds an infinity or is nested too deep. A text
 * with more colons than that repeats a name, which is quicker to tell than where.
 */
function countMembers(value: JsonValue, depth: number): number {
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : Number.NaN;
  if (typeof value !== 'object' || value === null) return 0;
  if (depth >= maxDepth) return Number.NaN;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countMembers(item, depth + 1);
    return count;
  }
  for (const key in value) count += 1 + countMembers(value[key] ?? null, depth + 1); // of JSON.parse: own keys only
  return count;
}

/** The colons of a JSON text outside its strings. */
function countColons(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) i = stringEnd(text, i);
    else if (code === colon) count++;
  }
  return count;
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const minus = 0x2d;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Walks a text that JSON.parse has accepted; the grammar needs no checking any more. */
function refuseHiddenFaults(text: string): void {
  const hasUnicodeEscape = text.includes('\\u');
  const containers: (Set<string> | undefined)[] = []; // names seen so far in each open object; undefined for an array
  let nameNext = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) {
      const end = stringEnd(text, i);
      if (nameNext) refuseRepeatedName(text, i, end, containers.at(-1));
      else if (hasUnicodeEscape) decodeString(text, i, end);
      nameNext = false;
      i = end;
    } else if (code === openBrace || code === openBracket) {
      nameNext = code === openBrace;
      if (containers.push(nameNext ? new Set() : undefined) > maxDepth) {
        throw unreadable(`nesting deeper than ${maxDepth} at character ${i}`);
      }
    } else if (code === closeBrace || code === closeBracket) {
      containers.pop();
      nameNext = false;
    } else if (code === comma) {
      nameNext = containers.at(-1) !== undefined;
    } else if (code === minus || (code >= 0x30 && code <= 0x39)) {
      i = numberEnd(text, i);
    }
  }
}

/** Index of the quote that closes the string opened at `start`. */
function stringEnd(text: string, start: number): number {
  let end = start;
  let escapes: number;
  do {
    end = text.indexOf('"', end + 1);
    escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes++;
  } while (escapes % 2 === 1);
  return end;
}

function decodeString(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end);
  if (!raw.includes('\\')) return raw;
  const decoded = JSON.parse(text.slice(start, end + 1)) as string; // a quoted JSON string gives a string
  if (!decoded.isWellFormed()) throw unreadable(`a lone surrogate in the string at character ${start}`);
  return decoded;
}

function refuseRepeatedName(text: string, start: number, end: number, names: Set<string> | undefined): void {
  const name = decodeString(text, start, end);
  if (names?.has(name)) throw unreadable(`the name ${JSON.stringify(name)} twice in one object (character ${start})`);
  names?.add(name);
}

/** Index of the last character of the number at `start`. */
function numberEnd(text: string, start: number): number {
  const pattern = /[-+.\deE]+/y;
  pattern.lastIndex = start;
  const token = pattern.exec(text)?.[0] ?? '';
  if (!Number.isFinite(Number(token))) throw unreadable(`a number too large for a double at character ${start}`);
  return start + token.length - 1;
}

function unreadable(what: string): AppError {
  return new AppError('invalid_input', `Not acceptable JSON: it holds ${what}. Correct the text where it was written.`);
}
