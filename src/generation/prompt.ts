import type { ChatRequest } from '../llm/schema.ts';
import type { Language, Profile, QuestionKind } from '../profile/schema.ts';

export type PromptQuestion = {
  kind: QuestionKind;
  language: string;
  text: string;
  options?: { label: string; text: string }[] | undefined;
  context?: { text: string }[] | undefined;
};

/** An earlier round and what the reviewers said of it. */
export type Feedback = { attempt: string; remarks: string[] };

/** The language of prompts for a question: Chinese for Chinese, else English. */
export function promptLanguage(language: string): Language {
  return language === 'zh' ? 'zh' : 'en';
}

/** The question as a model reads it: context, stem, and one option per line. */
export function questionText(question: PromptQuestion): string {
  const options = (question.options ?? []).map((option) => `${option.label}. ${option.text}`);
  const context = (question.context ?? []).map((part) => part.text);
  return [...context, question.text, ...(options.length > 0 ? [options.join('\n')] : [])].join('\n\n');
}

/** The user message by which a model is asked for a trace; the training rows use the very same words. */
export function tracePrompt(profile: Profile, question: PromptQuestion): string {
  const template = profile.prompts.teacher[question.kind][promptLanguage(question.language)];
  return template.replace('{question}', () => questionText(question));
}

/** The teacher's messages for one round, with the reviewers' feedback on the round before. */
export function teacherMessages(
  profile: Profile,
  question: PromptQuestion,
  feedback?: Feedback,
): ChatRequest['messages'] {
  const language = promptLanguage(question.language);
  const parts = [tracePrompt(profile, question)];
  if (feedback !== undefined)
    parts.push(
      profile.prompts.teacher.feedback[language]
        .replace('{attempt}', () => feedback.attempt)
        .replace('{remarks}', () => feedback.remarks.map((remark) => `- ${remark}`).join('\n')),
    );
  return [
    { role: 'system', content: profile.prompts.system[language] },
    { role: 'user', content: parts.join('\n\n') },
  ];
}

/** Room for a trace: steps and answer together stay far below it. */
const maxTokens = 2048;

/** The teacher's request for one round; equal inputs give equal requests, so a repeated one is answered from the records. */
export function generationRequest(
  profile: Profile,
  model: string,
  question: PromptQuestion,
  round: { feedback?: Feedback | undefined; seed: number },
): ChatRequest {
  return {
    model,
    messages: teacherMessages(profile, question, round.feedback),
    temperature: 0,
    maxTokens,
    seed: round.seed,
  };
}
