import type { Clock } from '../core/clock.ts';
import type { Database, Tx } from '../db/database.ts';
import type { Jobs } from '../jobs/schema.ts';
import type { Ledger } from '../ledger/service.ts';
import type { Models } from '../llm/models.ts';
import type { Profile, QuestionKind } from '../profile/schema.ts';
import type { Actor } from './actor.ts';
import type { Workspace } from './workspace.ts';

/** Diagnostic lines for operators; never patient text, prompts or secrets. */
export type Log = (level: 'info' | 'warn' | 'error', message: string) => void;

/** The local scoring models of the training engine's environment; `unavailable` where that environment is missing. */
export type Scorer = {
  /** Sentence embeddings of unit length, one per text. */
  embed(texts: string[]): Promise<number[][]>;
  /** Scores by a trained reward model; null where a sample cannot be scored. */
  reward(
    modelDirectory: string,
    samples: { prompt: { role: string; content: string }[]; completion: string }[],
  ): Promise<(number | null)[]>;
};

/**
 * Hidden gold items, mixed into the queue by the stage that keeps them. The stages that hand out and show items come
 * before it, so they reach it by this port.
 */
export type HiddenGold = {
  /** The item in place of which the reviewer's next one stands, or undefined where it is an ordinary one. */
  next(
    ctx: TxContext,
    reviewer: { id: string; languages: string[] },
    kinds: QuestionKind[],
  ): Promise<{ id: string; kind: QuestionKind; language: string; specialty?: string } | undefined>;
  content(
    ctx: Context,
    id: string,
  ): Promise<{ question: object; trace: { sha256: string; steps: string[]; answer: string } }>;
  /** Records the actor's answer; what it was worth is nobody's business here. */
  answer(ctx: TxContext, id: string, review: object): Promise<void>;
};

/** What an action may use. Built once per request or job; the only way to the database. */
export type Context = {
  readonly db: Database;
  readonly tx?: Tx;
  readonly actor: Actor;
  readonly clock: Clock;
  readonly log: Log;
  readonly workspace: Workspace;
  readonly profile: Profile;
  readonly ledger: Ledger;
  readonly jobs: Jobs;
  readonly models: Models;
  readonly scorer: Scorer;
  readonly gold: HiddenGold;
};

export type TxContext = Context & { readonly tx: Tx };

/** Runs work in the transaction already open in `ctx`, or in a new one. An action called by another joins its transaction. */
export function transact<T>(ctx: Context, work: (ctx: TxContext) => Promise<T>): Promise<T> {
  if (ctx.tx !== undefined) return work({ ...ctx, tx: ctx.tx });
  return ctx.db.transaction((tx) => work({ ...ctx, tx }));
}

/** For reads outside a transaction: the open transaction if there is one, else the database. */
export function reader(ctx: Context): Tx {
  return ctx.tx ?? ctx.db;
}
