import type { Context as HonoContext } from 'hono';
import { z } from 'zod';
import { AppError } from '../core/error.ts';
import type { Context } from './context.ts';

/** What every route finds in its request: the context of the actor who asks. */
export type AppEnv = { Variables: { ctx: Context } };

/** The JSON body parsed by a schema; every problem is named by its path. */
export async function body<T extends z.ZodType>(c: HonoContext, schema: T): Promise<z.output<T>> {
  let raw: unknown;
  try {
    raw = await c.req.json();
  } catch (error) {
    throw new AppError('invalid_input', 'The request body is not JSON.', { cause: error });
  }
  return parse(schema, raw, 'request body');
}

/** The query string parsed by a schema. */
export function query<T extends z.ZodType>(c: HonoContext, schema: T): z.output<T> {
  return parse(schema, c.req.query(), 'query');
}

/** The id in a route's path; what cannot be an id names nothing, so it throws `not_found`. */
export function idParam(c: HonoContext, name = 'id'): string {
  const id = c.req.param(name) ?? '';
  if (z.uuid().safeParse(id).success) return id;
  throw new AppError('not_found', `There is no ${c.req.path}: “${id}” is not an id.`);
}

/** Parses unknown data; throws `invalid_input` that lists each problem as `path: reason`. */
export function parse<T extends z.ZodType>(schema: T, raw: unknown, what: string): z.output<T> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || what}: ${issue.message}`);
  throw new AppError('invalid_input', `The ${what} is not valid: ${problems.join('; ')}.`);
}
