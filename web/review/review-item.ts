import type { WorkItem } from '../../src/review/drafts/schema.ts';
import type { ReviewInput } from '../../src/review/schema.ts';
import { ActiveTime } from './active-time.ts';
import {
  adopt,
  type Change,
  handIn,
  keep,
  type LocalDraft,
  type LocalStore,
  opsOf,
  settle,
  unstick,
} from './local-store.ts';
import { serverDraft } from './server-draft.ts';
import { TabLink } from './tabs.ts';
import { change, type History, redo, startHistory, undo } from './undo.ts';
import { contentOf, type Work } from './work.ts';

/** One item as the screen shows it. */
export type ItemState = {
  history: History<Work>;
  draft: LocalDraft;
  /** Changes that the server does not have yet. */
  waiting: number;
  /** The newest changes are just being written to this browser's store. */
  writing: boolean;
  /** The item is open in another tab of this browser. */
  elsewhere: boolean;
  /** Why this browser could not keep a change, if so. */
  failure?: string;
};

const readingMs = 5 * 60_000;

type Parts = { store: LocalStore; item: WorkItem; sent: () => void; now: () => number };

/**
 * The review of one item: changes with undo and redo, each written to this browser's store at once and sent afterwards.
 * All tabs that show the item hold the same review.
 */
export class ReviewItem {
  readonly #parts: Parts;
  readonly #time = new ActiveTime();
  readonly #tabs: TabLink;
  readonly #listeners = new Set<() => void>();
  #state: ItemState;
  #unwritten: Change['fields'] = {};
  #writing: Promise<void> | undefined;
  #touchedAt = 0;

  private constructor(parts: Parts, draft: LocalDraft, waiting: number) {
    this.#parts = parts;
    this.#state = { history: startHistory(draft.work), draft, waiting, writing: false, elsewhere: false };
    this.#tabs = new TabLink(draft.assignment, {
      elsewhere: (elsewhere) => this.#set({ elsewhere }),
      changed: () => void this.refresh(),
      active: () => this.#time.pause(parts.now()),
    });
  }

  /** Opens an item: what this browser holds of it, or else what the server has. */
  static async open(parts: Parts): Promise<ReviewItem> {
    const { assignment } = parts.item;
    let draft = await adopt(parts.store, serverDraft(parts.item));
    if (draft.trouble?.kind === 'lost' && assignment.state === 'leased') {
      await unstick(parts.store, assignment.id);
      const { trouble: _, ...open } = draft;
      draft = open;
    }
    return new ReviewItem(parts, draft, (await opsOf(parts.store, assignment.id)).length);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): ItemState => this.#state;

  /** Applies a change; changes in a row of one group are undone together. */
  apply(make: (work: Work) => Work, group?: string): void {
    this.#move(change(this.#state.history, make(this.#state.history.now), group));
  }

  undo(): boolean {
    const before = this.#state.history;
    this.#move(undo(before));
    return this.#state.history !== before;
  }

  redo(): boolean {
    const before = this.#state.history;
    this.#move(redo(before));
    return this.#state.history !== before;
  }

  /** The reviewer is at work here. */
  touch(): void {
    const { now } = this.#parts;
    if (!this.#time.running(now())) this.#tabs.active();
    this.#touchedAt = now();
    this.#time.touch(this.#touchedAt);
  }

  /** True for a while after the last sign of life: a long text is read without touching anything. */
  readonly isAtWork = (): boolean => this.#parts.now() - this.#touchedAt < readingMs;

  /** Active time so far, in seconds. */
  activeSeconds(): number {
    return this.#state.draft.seconds + this.#time.pending(this.#parts.now());
  }

  /** Nobody looks at this page now. */
  pause(): void {
    this.#time.pause(this.#parts.now());
  }

  /** The page is being left, or came back from that. */
  readonly leave = (): void => this.#tabs.leave();
  readonly comeBack = (): void => this.#tabs.comeBack();

  /** Hands the review in, after everything written before. The returned promise resolves when this browser has kept it. */
  async handIn(review: (seconds: number) => ReviewInput): Promise<void> {
    await this.#persist({}); // takes the active time along
    const { store, now } = this.#parts;
    const { assignment, seconds } = this.#state.draft;
    await handIn(store, assignment, review(seconds), new Date(now()).toISOString());
    await this.#told();
  }

  /** Ends a conflict: the server's history gets this browser's version and the chosen one after its own. */
  async settle(rev: number, work: Work, contents: Parameters<typeof settle>[2]['contents']): Promise<void> {
    await this.#writing;
    await settle(this.#parts.store, this.#state.draft.assignment, { rev, work, contents });
    await this.#told();
  }

  /** Reads again what this browser's store says: another tab or the server changed it. */
  async refresh(): Promise<void> {
    await this.#writing;
    const { store } = this.#parts;
    const { assignment } = this.#state.draft;
    const draft = await store.get('drafts', assignment);
    const waiting = (await opsOf(store, assignment)).length;
    if (draft === undefined || this.#writing !== undefined) return;
    this.#set({ draft, waiting, history: change(this.#state.history, draft.work) });
  }

  /** Keeps the time counted so far and lets go. */
  async close(): Promise<void> {
    if (this.#state.draft.rev > 0) await this.#persist({});
    await this.#writing;
    this.#tabs.close();
    this.#listeners.clear();
  }

  async #told(): Promise<void> {
    await this.refresh();
    this.#tabs.changed();
    this.#parts.sent();
  }

  #move(history: History<Work>): void {
    const before = this.#state.history;
    if (history === before) return;
    this.#set({ history });
    this.touch();
    void this.#persist(changedFields(before.now, history.now));
  }

  /** Writes changed fields and the time since. What changes while a write is under way goes into the next one. */
  #persist(fields: Change['fields']): Promise<void> {
    this.#unwritten = { ...this.#unwritten, ...fields };
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #drain(): Promise<void> {
    const { store, item, now } = this.#parts;
    const { assignment } = this.#state.draft;
    const content = (work: Work, total: number) => contentOf(work, item.trace, total);
    this.#set({ writing: true });
    try {
      for (;;) {
        const fields = this.#unwritten;
        this.#unwritten = {};
        const seconds = this.#time.take(now());
        if (Object.keys(fields).length === 0 && seconds === 0) break;
        const draft = await keep(store, assignment, { fields, seconds, contentOf: content });
        const waiting = (await opsOf(store, assignment)).length;
        // What another tab wrote in between is in what came back; newer changes of this one are not yet.
        const behind = Object.keys(this.#unwritten).length > 0;
        const history = behind ? this.#state.history : change(this.#state.history, draft.work);
        this.#set({ draft, waiting, history });
        this.#tabs.changed();
        this.#parts.sent();
      }
    } catch (error) {
      this.#set({ failure: String(error) });
    } finally {
      this.#set({ writing: false });
    }
  }

  #set(change: Partial<ItemState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function changedFields(before: Work, after: Work): Change['fields'] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)] as (keyof Work)[]); // the keys of two Works
  return Object.fromEntries(
    [...names].filter((name) => before[name] !== after[name]).map((name) => [name, after[name]]),
  );
}
