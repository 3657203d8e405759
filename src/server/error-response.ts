import { ZodError } from 'zod';
import type { Log } from '../context/context.ts';
import { AppError, httpStatus, messageOf } from '../core/error.ts';

/** The one place where an error becomes a response: `{error: {code, message, details?}}`. Unknown errors show no inside. */
export function errorResponse(error: unknown, log: Log): Response {
  const known = toAppError(error);
  if (known.code === 'internal')
    log('error', error instanceof Error ? (error.stack ?? error.message) : messageOf(error));
  const details = Object.keys(known.details).length > 0 ? { details: known.details } : {};
  return Response.json(
    { error: { code: known.code, message: known.message, ...details } },
    { status: httpStatus(known.code) },
  );
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof ZodError) {
    // Requests are parsed at the edge with their own message; a schema failure further in is ours.
    return new AppError(
      'internal',
      'A record does not have the form this version expects. The log of the server says which.',
    );
  }
  return new AppError('internal', 'Something went wrong inside the server. Its log has the details.', { cause: error });
}
