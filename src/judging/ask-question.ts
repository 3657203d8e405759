import type { z } from 'zod';
import type { ModelClient } from '../llm/models.ts';
import { askJudge, type JudgeAnswer } from './ask.ts';
import type { JudgeCall, JudgeTask } from './judge.ts';
import { callOptions, jsonFormat } from './judge-calls.ts';
import { type JudgeWording, judgeMessages } from './judge-messages.ts';
import { parseVerdict } from './parse-verdict.ts';

/** What a judge is asked of one completion, and the one form its reply may have. */
export type Question<T> = {
  /** Names the form for endpoints that can hold a model to a schema. */
  name: string;
  lines: readonly string[];
  form: z.ZodType<T>;
  /** What in a readable reply contradicts itself; such a reply decides nothing. */
  contradiction?: (answer: T) => string | undefined;
  /** Other words than those of a reward's judge. */
  wording?: JudgeWording;
};

/**
 * Puts one question about one completion to a judge; the only way a model is asked to judge. The material stands inside a
 * fence. The reply must be exactly one JSON object of the form, after at most one block of reasoning and within at most one
 * code fence; otherwise it is asked for once more, and then there is no value but a reason.
 */
export function askQuestion<T>(
  client: Pick<ModelClient, 'call' | 'model'>,
  task: JudgeTask,
  question: Question<T>,
  call: JudgeCall & { seed: number },
): Promise<JudgeAnswer<T>> {
  const read = (reply: string): { value: T } | { reason: string } => {
    const parsed = parseVerdict(reply, question.form, { allowReasoning: true });
    if (parsed.state === 'undecided') return { reason: parsed.detail };
    const contradiction = question.contradiction?.(parsed.value);
    return contradiction === undefined
      ? { value: parsed.value }
      : { reason: `it contradicts itself: ${contradiction}` };
  };
  const messages = judgeMessages(task, question.lines, question.wording);
  const format = jsonFormat(question.name, question.form);
  return askJudge(client, { messages, format, seed: call.seed, read }, callOptions(task, call));
}
