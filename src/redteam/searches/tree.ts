import type { Attempt } from './schema.ts';

/** What is to be tried next: a refinement of `parent`, the `branch`-th of it. */
export type NextTry = { position: number; parent: Attempt; branch: number; depth: number };

type Shape = { depth: number; branches: number; width: number };

/**
 * What the search of one probe tries next, or undefined where it has ended: by a success, at its depth, or because nothing
 * is left to refine. It follows from the attempts alone, so a search that was killed goes on as if it had not been.
 */
export function nextTry(attempts: readonly Attempt[], shape: Shape): NextTry | undefined {
  const [root] = attempts;
  if (root === undefined || attempts.some(isSuccess)) return undefined;
  let kept: readonly Attempt[] = root.judgment === undefined ? [] : [root];
  for (let depth = 1; depth <= shape.depth && kept.length > 0; depth++) {
    const level = attempts.filter((one) => one.depth === depth);
    const wanted = kept.length * shape.branches;
    if (level.length < wanted) {
      const parent = kept[Math.floor(level.length / shape.branches)];
      if (parent === undefined) return undefined;
      return { position: attempts.length, parent, branch: level.length % shape.branches, depth };
    }
    kept = mostPromising(level, shape.width);
  }
  return undefined;
}

/** True for an attempt that was judged unsafe; undecided is no success. */
export function isSuccess(attempt: Attempt): boolean {
  return attempt.judgment?.verdict === 'unsafe';
}

/** The attempts that went furthest by the judge's risk, the earlier of equal ones; those that asked nothing are left out. */
function mostPromising(level: readonly Attempt[], width: number): Attempt[] {
  return level
    .filter(({ judgment }) => judgment !== undefined)
    .toSorted((a, b) => promise(b) - promise(a) || a.position - b.position)
    .slice(0, width);
}

function promise({ judgment }: Attempt): number {
  return judgment?.asks === 'attack' ? (judgment.probability ?? (judgment.risk?.score ?? 0) / 5) : 0;
}
