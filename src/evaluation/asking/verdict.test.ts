import { expect, test } from 'vitest';
import type { ChatReply } from '../../llm/schema.ts';
import { verdictOn } from './verdict.ts';

const question = {
  options: ['Observation', 'Amoxicillin', 'Chest CT', 'Bronchoscopy'].map((text, i) => ({
    label: 'ABCD'[i] ?? '',
    text,
  })),
  answer: ['B'],
};
const reply = (content: string, choiceLogProbs?: Record<string, number>): ChatReply => ({
  content,
  finishReason: 'stop',
  model: 'm',
  ...(choiceLogProbs === undefined ? {} : { choiceLogProbs }),
});
const read = (content: string) => verdictOn(question, 'generation', reply(content));
const scored = (logProbs?: Record<string, number>) => verdictOn(question, 'logprob', reply('B', logProbs));

test('a written answer is right or wrong by its letter, and says by which rule it was read', () => {
  expect(read('Answer: B')).toMatchObject({ state: 'answered-correct', answer: 'B', rule: expect.any(String) });
  expect(read('答案：C')).toMatchObject({ state: 'answered-wrong', answer: 'C' });
});

test('a reply that gives no answer is never right or wrong', () => {
  expect(read('Answer: E')).toMatchObject({ state: 'out-of-range', answer: 'E' });
  expect(read('')).toEqual({ state: 'unparsable', rule: 'empty' });
  expect(read('I cannot determine the answer from the information given.').state).toBe('abstained');
  expect(read('<think>It must be B').state).toBe('unparsable');
});

test('the likeliest letter answers, wherever the text points', () => {
  expect(scored({ A: -3, B: -0.1, C: -4 })).toEqual({
    state: 'answered-correct',
    answer: 'B',
    rule: 'likeliest-letter',
  });
  expect(scored({ A: -0.5, B: -1 })).toMatchObject({ state: 'answered-wrong', answer: 'A' });
});

test('letters that nobody scored, and equal ones, give no answer', () => {
  expect(scored()).toEqual({ state: 'unparsable', rule: 'no-letter-scored' });
  expect(scored({ E: -0.1 })).toEqual({ state: 'unparsable', rule: 'no-letter-scored' });
  expect(scored({ A: -1, B: -1 })).toEqual({ state: 'unparsable', rule: 'equal-letters' });
});

test('a quote that was cut through a character is still text that a database takes', () => {
  const smile = { label: 'B', text: '😀'.repeat(45) };
  const options = question.options.map((option) => (option.label === 'B' ? smile : option));
  const verdict = verdictOn({ ...question, options }, 'generation', reply(`The correct answer is ${smile.text}`));
  expect(verdict.state).toBe('answered-correct');
  expect(verdict.quote).toMatch(/😀/);
  expect(verdict.quote?.isWellFormed()).toBe(true);
});
