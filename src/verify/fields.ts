import type { JsonValue } from '../core/canonical-json.ts';
import { AppError } from '../core/error.ts';

/** Reading JSON that was signed or written elsewhere: every field has its type, or the record is refused. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** The value as an object; throws check_failed naming `where`. */
export function asObject(value: JsonValue | undefined, where: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(where, 'an object');
  return value;
}

export function objectAt(object: JsonObject, key: string, where: string): JsonObject {
  return asObject(object[key], `${where}.${key}`);
}

export function textAt(object: JsonObject, key: string, where: string): string {
  const value = object[key];
  if (typeof value !== 'string') throw wrong(`${where}.${key}`, 'a text');
  return value;
}

/** A text, or undefined where the key is absent. */
export function optionalTextAt(object: JsonObject, key: string, where: string): string | undefined {
  return object[key] === undefined ? undefined : textAt(object, key, where);
}

/** A whole number from 0. */
export function integerAt(object: JsonObject, key: string, where: string): number {
  const value = object[key];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw wrong(`${where}.${key}`, 'a whole number from 0');
  return value;
}

export function numberAt(object: JsonObject, key: string, where: string): number {
  const value = object[key];
  if (typeof value !== 'number') throw wrong(`${where}.${key}`, 'a number');
  return value;
}

export function flagAt(object: JsonObject, key: string, where: string): boolean {
  const value = object[key];
  if (typeof value !== 'boolean') throw wrong(`${where}.${key}`, 'true or false');
  return value;
}

/** The items of a list, each read by `read` with the place where it stands. */
export function listAt<T>(
  object: JsonObject,
  key: string,
  where: string,
  read: (item: JsonValue, where: string) => T,
): T[] {
  const value = object[key];
  if (!Array.isArray(value)) throw wrong(`${where}.${key}`, 'a list');
  return value.map((item, index) => read(item, `${where}.${key}[${index}]`));
}

/** For lists of texts. */
export function asText(value: JsonValue, where: string): string {
  if (typeof value !== 'string') throw wrong(where, 'a text');
  return value;
}

function wrong(where: string, what: string): AppError {
  return new AppError('check_failed', `${where} is not ${what}`);
}
