import type { Draft, Submission } from '../../src/review/drafts/schema.ts';
import { begin, done, draftsOf, type LocalStore, type Op, pendingOps, stuck, type Trouble } from './local-store.ts';
import { assignmentPath, leasePath, type Reply, type Send } from './requests.ts';

/** Whether the server could be reached at the last try. */
export type Link = 'online' | 'offline' | 'signed-out';

const firstRetryMs = 1_000;
const lastRetryMs = 30_000;

type Parts = {
  store: LocalStore;
  account: string;
  send: Send;
  /** Runs one thing at a time over all tabs, where the browser can do that. */
  lock: (work: () => Promise<void>) => Promise<void>;
  /** Calls back after so many milliseconds; gives a way to call it off. */
  later: (work: () => void, ms: number) => () => void;
  /** Something about an item, or (without one) about the link, has changed. */
  changed: (assignment?: string) => void;
};

/**
 * Sends what this browser holds to the server: in order, each with its key, until the server has answered it. What the
 * server does not take stops its own item only. A lost reply is followed by the same request, which is the same act.
 */
export class Sync {
  link: Link = 'online';
  readonly #parts: Parts;
  #running: Promise<void> | undefined;
  #again = false;
  #retryMs = firstRetryMs;
  #callOff: (() => void) | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Sends all that waits; resolves when nothing more can be sent now. */
  flush(): Promise<void> {
    this.#callOff?.();
    this.#callOff = undefined;
    if (this.#running !== undefined) {
      this.#again = true;
      return this.#running;
    }
    const running = this.#parts
      .lock(() => this.#run().finally(() => this.#ended(running)))
      .finally(() => this.#ended(running));
    this.#running = running;
    return running;
  }

  /** Letting the lock go takes a while, in which nothing is sent any more: who comes then has to begin anew. */
  #ended(running: Promise<void>): void {
    if (this.#running === running) this.#running = undefined;
  }

  /** Sends soon: after a pause in which more of the same may come. */
  flushSoon(ms = 700): void {
    if (this.#callOff !== undefined) return;
    this.#callOff = this.#parts.later(() => {
      this.#callOff = undefined;
      void this.flush();
    }, ms);
  }

  /** Stops what is scheduled. */
  stop(): void {
    this.#callOff?.();
  }

  async #run(): Promise<void> {
    do {
      this.#again = false;
      for (;;) {
        const op = await this.#next();
        if (op === undefined) break;
        const reply = await this.#request(op);
        if (isForLater(reply)) return this.#retry(reply.status === 401 ? 'signed-out' : 'offline');
        this.#retryMs = firstRetryMs;
        this.#linkIs('online');
        await this.#answered(op, reply);
        this.#parts.changed(op.assignment);
      }
    } while (this.#again);
  }

  async #next(): Promise<Op | undefined> {
    const { store, account } = this.#parts;
    const inTrouble = (await draftsOf(store, account)).filter((one) => one.trouble !== undefined);
    const stopped = new Set(inTrouble.map((one) => one.assignment));
    for (const op of await pendingOps(store, account)) {
      if (stopped.has(op.assignment)) continue;
      const begun = await begin(store, op.id);
      if (begun !== undefined) return begun;
    }
    return undefined;
  }

  #request(op: Op): Promise<Reply> {
    const { send } = this.#parts;
    const { assignment, key } = op;
    if (op.kind === 'save')
      return send('PUT', assignmentPath(assignment, '/draft'), { key, base: op.base, content: op.content });
    if (op.kind === 'submit')
      return send('POST', assignmentPath(assignment, '/submission'), { key, review: op.review });
    return send('DELETE', assignmentPath(assignment, '/submission'));
  }

  async #answered(op: Op, reply: Reply): Promise<void> {
    const { store } = this.#parts;
    if (reply.status < 300) {
      if (op.kind === 'save') {
        const { rev, savedAt } = reply.body as Draft; // the route parses its reply with this schema
        return done(store, op, { rev, savedAt });
      }
      if (op.kind === 'take-back') return done(store, op, {});
      const { state, refusal, dueAt } = reply.body as Submission; // likewise
      if (state === 'refused') return stuck(store, op.assignment, { kind: 'refused', message: refusal ?? '' });
      return done(store, op, { dueAt });
    }
    const { state, rev } = reply.details;
    if (op.kind === 'take-back' && (state === 'leased' || state === 'expired')) return done(store, op, {});
    if (op.kind === 'submit' && state === 'expired' && (await this.#takeAgain(op.assignment))) return;
    const trouble: Trouble =
      reply.status !== 409
        ? { kind: 'refused', message: reply.message }
        : rev === undefined
          ? { kind: 'lost' }
          : { kind: 'conflict' };
    return stuck(store, op.assignment, trouble);
  }

  async #takeAgain(assignment: string): Promise<boolean> {
    return (await this.#parts.send('POST', leasePath(assignment, 'heartbeat'))).status === 200;
  }

  #retry(link: Link): void {
    this.#linkIs(link);
    this.flushSoon(this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, lastRetryMs);
  }

  #linkIs(link: Link): void {
    if (this.link === link) return;
    this.link = link;
    this.#parts.changed();
  }
}

/** True where the same request may be taken another time: nobody answered, or not the application itself. */
function isForLater({ status }: Reply): boolean {
  return status === 0 || status === 401 || status === 408 || status === 429 || status >= 500;
}
