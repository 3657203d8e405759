export type Group<Item, Result> = { submit(item: Item): Promise<Result> };

type Waiting<Item, Result> = { item: Item; resolve(result: Result): void; reject(error: unknown): void };

/**
 * Collects items that arrive while the previous ones are being worked on and hands them over together, so that many
 * small statements become few. `work` returns one result per item, in order. When a group fails, its items are tried
 * one by one, so that an item the database refuses does not take its neighbours along. `lingerMs` is how long the first item
 * waits for company: the embedded database works on the event loop's own turn, so that nothing arrives meanwhile.
 */
export function createGroup<Item, Result>(
  work: (items: Item[]) => Promise<Result[]>,
  maxItems: number,
  lingerMs = 0,
): Group<Item, Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let running = false;

  const settle = async (group: Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await work(group.map((entry) => entry.item));
      group.forEach((entry, i) => {
        entry.resolve(results[i] as Result); // work returns one result per item
      });
    } catch (error) {
      const [only, ...others] = group;
      if (others.length === 0) only?.reject(error);
      else for (const entry of group) await settle([entry]);
    }
  };

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) await settle(waiting.splice(0, maxItems));
    running = false;
  };

  return {
    submit: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        if (running) return;
        running = true;
        // One turn of the event loop later, so that everything that becomes ready in this turn joins the first group.
        if (lingerMs === 0) setImmediate(drain);
        else setTimeout(drain, lingerMs);
      }),
  };
}
