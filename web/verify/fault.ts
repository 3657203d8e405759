/** What a check in the browser can find wrong; `web/app/words.ts` has the words for each. */
export type FaultCode =
  | 'unreachable'
  | 'key-malformed'
  | 'key-changed'
  | 'checkpoint-malformed'
  | 'checkpoint-unsigned'
  | 'checkpoint-signature'
  | 'log-shrank'
  | 'log-forked'
  | 'tile-missing'
  | 'tile-damaged'
  | 'tiles-root'
  | 'log'
  | 'leaf-malformed'
  | 'leaf-elsewhere'
  | 'chain-subject'
  | 'chain-gap'
  | 'chain-link'
  | 'chain-order'
  | 'commitment'
  | 'envelope-malformed'
  | 'envelope-signature'
  | 'envelope-leaf'
  | 'statement-digest'
  | 'question-digest'
  | 'seal-missing'
  | 'seal-malformed'
  | 'seal-contradicted'
  | 'manifest'
  | 'records-malformed'
  | 'records-root'
  | 'records-count';

/** A finding: what is wrong, and where it has a name (a file, a position), which. */
export type Fault = { readonly code: FaultCode; readonly where?: string };

/** Thrown by the checks of this folder, and by nothing else. */
export class VerifyError extends Error {
  readonly fault: Fault;

  constructor(code: FaultCode, where?: string) {
    super(where === undefined ? code : `${code}: ${where}`);
    this.fault = where === undefined ? { code } : { code, where };
  }
}

/** The fault of a check that failed; anything but a failed check is thrown on. */
export function faultOf(error: unknown): Fault {
  if (error instanceof VerifyError) return error.fault;
  throw error;
}
