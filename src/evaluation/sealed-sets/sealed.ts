import { AppError } from '../../core/error.ts';

/** A set that may be used only so often, and how often it was. */
export type SealedState = { set: string; budget: number; used: number };

/** Refuses a use of sealed sets beyond what they allow; every target is a use of each set. */
export function refuseBeyondBudget(sealed: readonly SealedState[], targets: number): void {
  for (const { set, budget, used } of sealed) {
    if (used + targets <= budget) continue;
    throw new AppError(
      'conflict',
      `The set "${set}" is sealed: ${used} of ${budget} submissions are used, and this evaluation needs ${targets}. Leave it out with --set, or name fewer targets; a budget is never raised, so that nobody tunes on a test set.`,
      { details: { set, budget, used, targets } },
    );
  }
}
