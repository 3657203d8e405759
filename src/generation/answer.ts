import type { Question } from '../corpus/schema.ts';
import type { AnswerState } from './schema.ts';

/** Compares a trace's answer with the key. Questions without options or key have nothing to compare with. */
export function answerState(question: Question, answer: string): AnswerState {
  if (question.options === undefined || question.answer.length === 0) return 'no-key';
  const letter = /^\s*([A-Z])\b/.exec(answer)?.[1];
  if (letter === undefined) return 'unread';
  return question.answer.join('') === letter ? 'matches' : 'differs';
}
