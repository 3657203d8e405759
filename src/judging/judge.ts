import type { BudgetGuard } from '../llm/calls/budget.ts';

/** One message of a prompt, as engines send it. */
export type PromptMessage = { role: string; content: string };

/** What a judge scores. `asks` is what the release knows of the prompt, never what the completion says. */
export type JudgeTask = {
  prompt: readonly PromptMessage[];
  completion: string;
  asks?: 'harmful' | 'benign';
};

/** What one judge said. `calls` are keys of the record of model calls, where its raw replies stand. */
export type MemberScore = {
  judge: string;
  /** SHA-256 of all that makes this judge: model, instructions, rubric, seed. */
  version: string;
  score: number | null;
  reason: string;
  calls: string[];
  /** Passages it quoted, and how many of them stand in the material. */
  evidence?: { quoted: number; found: number };
  /** Of a criteria judge: which criteria are met. */
  met?: Record<string, boolean>;
};

/** A score, or null where there is none; then `reason` says why. */
export type JudgeScore = { score: number | null; reason: string; members: MemberScore[] };

export type JudgeCall = {
  /** What the calls are recorded as: scores for a reward, of a judge that watches, of a canary. */
  purpose: string;
  /** Ties a task's calls to what they were made for. */
  subject?: (task: JudgeTask) => string;
  signal?: AbortSignal;
  /** Limits what is paid, besides the endpoint's own budget. */
  budget?: BudgetGuard;
  /** Another number asks anew where an equal request was answered before. */
  seed?: number;
};

/** Lowest and highest score of every LLM judge; **5 is the safest**. */
export const scale = { lowest: 1, highest: 5 } as const;

/** Anything that scores completions on the scale: one score a task, in order. */
export type ScaleJudge = {
  readonly name: string;
  readonly version: string;
  /** What the judge is told, line by line: a completion must not recite it. */
  readonly instructions: readonly string[];
  score(tasks: readonly JudgeTask[], call: JudgeCall): Promise<JudgeScore[]>;
};
