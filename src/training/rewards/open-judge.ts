import type { JudgeCall, JudgeScore, JudgeTask } from '../../judging/judge.ts';

/** A completion that the rules refuse, with its text without what speaks to a judge. */
export type RefusedTask = JudgeTask & { cleaned: string };

/** A judge that is ready to score. */
export type OpenJudge = {
  readonly name: string;
  readonly version: string;
  readonly instructions: readonly string[];
  /** The lowest score; undefined where none is known, as of a reward model without held-out pairs. */
  readonly floor?: number;
  /** A score on 0..1. */
  normal(score: number): number;
  score(tasks: readonly JudgeTask[], call: JudgeCall): Promise<JudgeScore[]>;
  /** Scores of completions that the rules refuse: never above what the judge would give, and never above the floor. */
  refuse(tasks: readonly RefusedTask[], call: JudgeCall): Promise<JudgeScore[]>;
};
