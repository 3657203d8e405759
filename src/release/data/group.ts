import { nearDuplicateIndex } from '../../corpus/near-duplicate.ts';
import { nearDuplicateText, shingleSimilarity } from '../../corpus/shingles.ts';

/** A question as grouping sees it. */
export type Groupable = {
  readonly id: string;
  readonly group: string;
  readonly identity: string;
  readonly text: string;
  readonly options?: readonly { text: string }[];
};

/** Likeness of wording from which two questions count as variants of one. */
const threshold = 0.7;

export type Grouped = {
  /** By question id: the smallest group key of all questions that hang together with it. */
  readonly groups: ReadonlyMap<string, string>;
  /** By question id: the held-out question it repeats or nearly repeats. */
  readonly heldOut: ReadonlyMap<string, string>;
};

/**
 * Puts questions into groups that must not be parted by a split: those of one group key, of one identity, and
 * near-duplicates, followed through. Questions that repeat a held-out one are told apart. Deterministic for questions
 * given in the same order.
 */
export function groupQuestions(questions: Iterable<Groupable>, heldOut: Iterable<Groupable>): Grouped {
  const index = nearDuplicateIndex({ threshold });
  const texts: { id: string; text: string }[] = [];
  const heldIdentities = new Map<string, string>();
  for (const one of heldOut) {
    heldIdentities.set(one.identity, one.id);
    const text = nearDuplicateText(one);
    index.add(text);
    texts.push({ id: one.id, text });
  }
  const held = texts.length;
  const sets = unionFind();
  const repeats = new Map<string, string>();
  for (const one of questions) {
    const text = nearDuplicateText(one);
    const known = heldIdentities.get(one.identity);
    if (known !== undefined) repeats.set(one.id, known);
    sets.join(`q ${one.id}`, `g ${one.group}`);
    sets.join(`q ${one.id}`, `i ${one.identity}`);
    for (const { item } of index.add(text)) {
      const other = texts[item];
      if (other === undefined || shingleSimilarity(text, other.text) < threshold) continue;
      if (item >= held) sets.join(`q ${one.id}`, `q ${other.id}`);
      else if (!repeats.has(one.id)) repeats.set(one.id, other.id);
    }
    texts.push({ id: one.id, text });
  }
  return { groups: sets.smallestGroups(), heldOut: repeats };
}

type UnionFind = { join(a: string, b: string): void; smallestGroups(): Map<string, string> };

function unionFind(): UnionFind {
  const parents = new Map<string, string>();
  const rootOf = (name: string): string => {
    let root = name;
    for (let up = parents.get(root); up !== undefined && up !== root; up = parents.get(root)) root = up;
    for (let at = name; at !== root; ) {
      const up = parents.get(at) ?? root;
      parents.set(at, root);
      at = up;
    }
    return root;
  };
  return {
    join: (a, b) => {
      for (const name of [a, b]) if (!parents.has(name)) parents.set(name, name);
      parents.set(rootOf(a), rootOf(b));
    },
    smallestGroups: () => {
      const smallest = new Map<string, string>();
      const names = [...parents.keys()];
      for (const name of names) {
        if (!name.startsWith('g ')) continue;
        const root = rootOf(name);
        const known = smallest.get(root);
        if (known === undefined || name.slice(2) < known) smallest.set(root, name.slice(2));
      }
      const questions = names.filter((name) => name.startsWith('q '));
      return new Map(questions.map((name) => [name.slice(2), smallest.get(rootOf(name)) ?? name.slice(2)]));
    },
  };
}
