import { z } from 'zod';
import type { Question } from '../../corpus/schema.ts';
import { promptLanguage, questionText } from '../../generation/prompt.ts';
import type { ChatMessage, ChatRequest } from '../../llm/schema.ts';
import type { Profile } from '../../profile/schema.ts';
import type { EvaluationSettings } from '../schema.ts';

export type ExamQuestion = Pick<Question, 'id' | 'kind' | 'language' | 'text' | 'answer'> & {
  options: { label: string; text: string }[];
  context?: { text: string }[] | undefined;
};

/** A question with what its source says besides: HealthBench keeps conversation and criteria in tags. */
export type OpenQuestion = ExamQuestion & { tags?: Readonly<Record<string, string>> };

const Turns = z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })).min(1);

/** The conversation that a question is, where it is more than one turn. */
export function conversationOf(question: OpenQuestion): ChatMessage[] | undefined {
  const text = question.tags?.conversation;
  return text === undefined ? undefined : Turns.parse(JSON.parse(text));
}

/** The one request that a question becomes: equal for every model, at temperature 0 and with the evaluation's seed. */
export function examRequest(
  profile: Profile,
  question: ExamQuestion,
  settings: EvaluationSettings,
  model: string,
): ChatRequest {
  const language = promptLanguage(question.language);
  const content = profile.prompts.exam[language].replace('{question}', () => questionText(question));
  const request: ChatRequest = {
    model,
    messages: [
      ...(settings.systemPrompt ? [{ role: 'system' as const, content: profile.prompts.system[language] }] : []),
      { role: 'user', content },
    ],
    temperature: 0,
    maxTokens: settings.maxTokens,
    seed: settings.seed,
  };
  if (settings.method === 'generation') return request;
  return { ...request, maxTokens: 1, choices: question.options.map((option) => option.label) };
}
