import { randomId } from './random-id.ts';

type Message = { from: string; assignment: string; kind: 'open' | 'here' | 'closed' | 'active' | 'changed' };

/** What a tab does when another one says something about the item that it shows. */
export type TabListener = {
  /** The item is, or is no longer, open in another tab. */
  elsewhere: (open: boolean) => void;
  /** Another tab wrote a change to the store of this browser. */
  changed: () => void;
  /** Somebody works in the other tab now. */
  active: () => void;
};

/** Lets the tabs of one browser know of each other's work on one item. */
export class TabLink {
  readonly #channel: BroadcastChannel;
  readonly #id = randomId();
  readonly #assignment: string;
  #closed = false;
  readonly #others = new Set<string>();

  constructor(assignment: string, listener: TabListener, name = 'safemed-review') {
    this.#assignment = assignment;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.assignment !== assignment) return;
      if (data.kind === 'closed') this.#others.delete(data.from);
      else this.#others.add(data.from);
      if (data.kind === 'open') this.#say('here');
      if (data.kind === 'changed') listener.changed();
      if (data.kind === 'active') listener.active();
      listener.elsewhere(this.#others.size > 0);
    };
    this.#say('open');
  }

  changed(): void {
    this.#say('changed');
  }

  active(): void {
    this.#say('active');
  }

  /** The page is being left; it may come back. */
  leave(): void {
    this.#say('closed');
  }

  /** The page came back. */
  comeBack(): void {
    this.#say('open');
  }

  close(): void {
    this.leave();
    this.#closed = true;
    this.#channel.close();
  }

  #say(kind: Message['kind']): void {
    if (this.#closed) return; // what was begun before the item was left may end after it
    this.#channel.postMessage({ from: this.#id, assignment: this.#assignment, kind } satisfies Message);
  }
}
