import { extractAnswer } from '../../corpus/answers/extract.ts';
import type { ChatReply } from '../../llm/schema.ts';
import type { EvaluationMethod, Verdict } from '../schema.ts';
import type { ExamQuestion } from './exam.ts';

type Key = Pick<ExamQuestion, 'options' | 'answer'>;

/** The verdict on a reply to a question with one right option, and the rule that gave it. Nothing is ever guessed. */
export function verdictOn(question: Key, method: EvaluationMethod, reply: ChatReply): Verdict {
  return method === 'generation'
    ? verdictOnText(question, reply.content)
    : verdictOnLogProbs(question, reply.choiceLogProbs ?? {});
}

function verdictOnText(question: Key, reply: string): Verdict {
  const found = extractAnswer({ reply, options: question.options });
  if (found.state === 'unparsable') return { state: 'unparsable', rule: found.reason };
  // A quote is cut by length, perhaps through a pair of surrogates, which no database takes.
  const read = { rule: found.rule, quote: found.quote.toWellFormed() };
  if (found.state === 'abstained') return { state: 'abstained', ...read };
  const answer = found.labels.join('');
  if (found.state === 'out-of-range') return { state: 'out-of-range', answer, ...read };
  return { state: right(question, answer), answer, ...read };
}

/**
 * The option letter with the highest probability as the very next token. Two equal ones, or none that the endpoint
 * reported, are unparsable; an unreported letter is less likely than every reported one.
 */
function verdictOnLogProbs(question: Key, logProbs: Record<string, number>): Verdict {
  const scored = question.options.flatMap(({ label }) => {
    const score = logProbs[label];
    return score === undefined ? [] : [{ label, score }];
  });
  if (scored.length === 0) return { state: 'unparsable', rule: 'no-letter-scored' };
  const highest = Math.max(...scored.map((one) => one.score));
  const [best, second] = scored.filter((one) => one.score === highest);
  if (best === undefined || second !== undefined) return { state: 'unparsable', rule: 'equal-letters' };
  return { state: right(question, best.label), rule: 'likeliest-letter', answer: best.label };
}

function right(question: Key, answer: string): 'answered-correct' | 'answered-wrong' {
  return question.answer.includes(answer) ? 'answered-correct' : 'answered-wrong';
}
