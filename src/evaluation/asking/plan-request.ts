import { promptLanguage } from '../../generation/prompt.ts';
import type { ChatRequest } from '../../llm/schema.ts';
import type { Profile } from '../../profile/schema.ts';
import { isOpen } from '../plan.ts';
import type { EvaluationSettings, SetPlan } from '../schema.ts';
import { conversationOf, type ExamQuestion, examRequest, type OpenQuestion } from './exam.ts';

export type Asked = {
  question: OpenQuestion;
  settings: EvaluationSettings;
  plan: SetPlan;
  repeat: number;
  /** Solved examples, in their order. */
  examples: readonly ExamQuestion[];
};

/** The request that one variant of a question becomes: repeats have seeds of their own, examples stand before it as turns. */
export function planRequest(profile: Profile, asked: Asked, model: string): ChatRequest {
  const { question, plan, repeat, examples } = asked;
  // A reply that judges read is written, whatever the method of the evaluation.
  const settings: EvaluationSettings = isOpen(plan) ? { ...asked.settings, method: 'generation' } : asked.settings;
  const prompts = plan.prompt === undefined ? profile.prompts : { ...profile.prompts, exam: plan.prompt };
  const told = { ...profile, prompts };
  const request = examRequest(told, question, settings, model);
  const turns = examples.flatMap((example) => {
    const shown = examRequest(told, example, settings, model).messages.at(-1);
    return shown === undefined ? [] : [shown, { role: 'assistant' as const, content: solved(told, example, settings) }];
  });
  // A conversation is asked as it stands; its last turn is the question.
  const conversation = isOpen(plan) ? conversationOf(question) : undefined;
  return {
    ...request,
    messages: [...request.messages.slice(0, -1), ...turns, ...(conversation ?? request.messages.slice(-1))],
    temperature: settings.temperature ?? 0,
    seed: (settings.seed + repeat) >>> 0,
  };
}

/** What an example's answer looks like: the letter alone where the next token is scored. */
function solved(profile: Profile, { language, answer }: ExamQuestion, { method }: EvaluationSettings): string {
  const letters = answer.join('');
  if (method === 'logprob') return letters;
  return profile.prompts.examAnswer[promptLanguage(language)].replace('{answer}', letters);
}
