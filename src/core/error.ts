/**
 * The one error class of the system. Codes are permanent: they are part of the API and of the exit-code contract.
 * A message says what is wrong, where, and what to do.
 */
const codes = {
  invalid_input: { status: 400, exit: 2 },
  not_signed_in: { status: 401, exit: 2 },
  forbidden: { status: 403, exit: 2 },
  not_found: { status: 404, exit: 2 },
  conflict: { status: 409, exit: 2 },
  too_large: { status: 413, exit: 2 },
  check_failed: { status: 422, exit: 1 },
  rate_limited: { status: 429, exit: 4 },
  incomplete: { status: 409, exit: 3 },
  unavailable: { status: 503, exit: 4 },
  internal: { status: 500, exit: 4 },
} as const;

export type ErrorCode = keyof typeof codes;

export type ErrorDetails = {
  [key: string]: string | number | boolean | null | ErrorDetails | ErrorDetails[] | string[];
};

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: ErrorDetails } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** HTTP status for an error code. */
export function httpStatus(code: ErrorCode): (typeof codes)[ErrorCode]['status'] {
  return codes[code].status;
}

/** Process exit code for an error code: 1 a check failed, 2 wrong usage or input, 3 incomplete, 4 unavailable. */
export function exitCode(code: ErrorCode): (typeof codes)[ErrorCode]['exit'] {
  return codes[code].exit;
}

/** True for a string that names one of the closed set of codes; used when an error arrives over the network. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && value in codes;
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  const named = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return typeof named === 'object' ? JSON.stringify(named) : String(named);
}
