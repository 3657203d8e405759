import type { Scorer } from '../../context/context.ts';
import type { JudgeScore, JudgeTask } from '../../judging/judge.ts';
import { neutralText } from '../../judging/visible-text.ts';
import type { OpenJudge } from './open-judge.ts';

export type RewardModel = { name: string; directory: string; sha256: string };

/**
 * A trained reward model as a judge; higher is better, without bounds. It reads the visible text only. No fence protects
 * it: what the rules find gets the lowest of its own score, the score without what was found, and the floor.
 */
export function rewardModelJudge(scorer: Pick<Scorer, 'reward'>, model: RewardModel, floor?: number): OpenJudge {
  const { name, sha256: version, directory } = model;
  const given = (score: number | null, reason: string): JudgeScore => ({
    score,
    reason,
    members: [{ judge: name, version, score, reason, calls: [] }],
  });
  const ask = async (tasks: readonly JudgeTask[]): Promise<(number | null)[]> => {
    if (tasks.length === 0) return [];
    const samples = tasks.map(({ prompt, completion }) => ({
      prompt: [...prompt],
      completion: neutralText(completion),
    }));
    return scorer.reward(directory, samples);
  };
  return {
    name,
    version,
    instructions: [],
    ...(floor === undefined ? {} : { floor }),
    normal: (score) => 1 / (1 + Math.exp(-score)),
    score: async (tasks) =>
      (await ask(tasks)).map((score) => given(score, score === null ? 'the reward model gave no finite score' : '')),
    refuse: async (tasks) => {
      if (floor === undefined)
        return tasks.map(() => given(null, 'refused by the rules; the reward model has no floor'));
      const cleaned = tasks.map((task) => ({ ...task, completion: task.cleaned }));
      const scores = await ask([...tasks, ...cleaned]);
      return tasks.map((_, index) => {
        const own = [scores[index], scores[index + tasks.length]].flatMap((score) => score ?? []);
        return given(Math.min(floor, ...own), 'refused by the rules');
      });
    },
  };
}
