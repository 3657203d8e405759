import { expect, test } from 'vitest';
import { canonicalRequest, completionOf, turnsOf } from './openrlhf.ts';

const chatml = '<|im_start|>user\nMay I?<|im_end|>\n<|im_start|>assistant\n';

test.each([
  ['what follows the prompt', `${chatml}<think>\nx\n</think>\n<answer>No.</answer><|im_end|>`, chatml],
  [
    'padding behind it',
    `${chatml}<think>\nx\n</think>\n<answer>No.</answer><|im_end|>\n<|endoftext|><|endoftext|>`,
    chatml,
  ],
  [
    'the last header where the prompt was cut',
    `…cut ${chatml}<think>\nx\n</think>\n<answer>No.</answer>`,
    'another prompt',
  ],
  [
    'a Llama header',
    '<|start_header_id|>assistant<|end_header_id|>\n\n<think>\nx\n</think>\n<answer>No.</answer><|eot_id|>',
    'y',
  ],
  ['a Gemma header', '<start_of_turn>model\n<think>\nx\n</think>\n<answer>No.</answer><end_of_turn>', 'y'],
])('the completion is %s', (_name, query, prompt) => {
  expect(completionOf(query, prompt)).toBe('<think>\nx\n</think>\n<answer>No.</answer>');
});

test('a query without its prompt or a header is refused, and so are labels that are no case', () => {
  expect(() => completionOf('no header here', 'prompt')).toThrow('completion cannot be told');
  expect(() => canonicalRequest('r', { query: 'ab', prompts: 'a', labels: 'not json' })).toThrow('--data.label_key');
  expect(() => canonicalRequest('r', { query: ['ab', 'ac'], prompts: ['a'] })).toThrow('2 texts and prompts 1');
});

test('the same prompt and completion have the same id, so that a retry finds its score', () => {
  const request = { query: [`${chatml}yes`, `${chatml}no`], prompts: [chatml, chatml] };
  const [first, second] = canonicalRequest('r', request).samples;
  expect(first?.id).not.toBe(second?.id);
  expect(canonicalRequest('r', request).samples[0]?.id).toBe(first?.id);
  expect(first?.group).toBe(second?.group);
});

test('turns of ChatML become messages; other texts are what the user said', () => {
  expect(turnsOf(chatml)).toEqual([{ role: 'user', content: 'May I?' }]);
  expect(turnsOf('May I?')).toBe('May I?');
});
