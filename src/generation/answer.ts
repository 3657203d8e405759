import { extractAnswer } from '../corpus/answers/extract.ts';
import type { Question } from '../corpus/schema.ts';
import type { AnswerState } from './schema.ts';

/** Compares a trace's answer with the key. Questions without options or key have nothing to compare with. */
export function answerState(question: Question, answer: string): AnswerState {
  if (question.options === undefined || question.answer.length === 0) return 'no-key';
  const read = extractAnswer({ reply: answer, options: question.options, multiple: question.answer.length > 1 });
  if (read.state !== 'answered') return 'unread';
  return [...read.labels].sort().join() === [...question.answer].sort().join() ? 'matches' : 'differs';
}
