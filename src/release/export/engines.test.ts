import { expect, test } from 'vitest';
import type { JsonObject } from '../../verify/fields.ts';
import type { ExportFormat } from '../schema.ts';
import { engines } from './engines.ts';

const system = { role: 'system', content: 'Be careful.' };
const user = { role: 'user', content: 'Sedate him?' };
const good = { role: 'assistant', content: '<think>\n1. No.\n</think>\n<answer>No.</answer>' };
const bad = { role: 'assistant', content: '<think>\n1. Fine.\n</think>\n<answer>Yes.</answer>' };
const about = { id: 'g-1', kind: 'guard', language: 'en', group: 'g1', split: 'train', dimensions: ['S5'] };
const row: JsonObject = {
  ...about,
  prompt: [system, user],
  completion: [good],
  question: { id: 'g-1', reference: 'Decline.', benign: false },
};
const pair: JsonObject = { ...about, id: 'g-1/1', prompt: [system, user], chosen: [good], rejected: [bad] };
const meta = { benign: false, dimensions: ['S5'], expected: 'Decline.' };
const who = { id: 'g-1', kind: 'guard', language: 'en', group: 'g1' };

const golden: { [format in ExportFormat]: unknown } = {
  'trl-sft': { prompt: [system, user], completion: [good], id: 'g-1' },
  'trl-reward': { prompt: [system, user], chosen: [good], rejected: [bad], id: 'g-1/1' },
  'trl-dpo': { prompt: [system, user], chosen: [good], rejected: [bad], id: 'g-1/1' },
  'trl-grpo': { prompt: [system, user], ...who, ...meta },
  'ms-swift-sft': { messages: [system, user, good], id: 'g-1' },
  'ms-swift-dpo': { messages: [system, user, good], rejected_response: bad.content, id: 'g-1/1' },
  'ms-swift-grpo': { messages: [system, user], ...who, ...meta },
  'llama-factory-sft': {
    conversations: [
      { from: 'human', value: user.content },
      { from: 'gpt', value: good.content },
    ],
    system: system.content,
  },
  'llama-factory-dpo': {
    conversations: [{ from: 'human', value: user.content }],
    system: system.content,
    chosen: { from: 'gpt', value: good.content },
    rejected: { from: 'gpt', value: bad.content },
  },
  'verl-sft': { messages: [system, user, good] },
  'verl-grpo': {
    data_source: 'demo',
    prompt: [system, user],
    ability: 'guard',
    reward_model: { style: 'rule', ground_truth: 'Decline.' },
    extra_info: { index: 3, split: 'train', id: 'g-1', group: 'g1', language: 'en', benign: false, dimensions: ['S5'] },
  },
  'openrlhf-sft': { input: [system, user], output: [good] },
  'openrlhf-dpo': { chosen: [system, user, good], rejected: [system, user, bad] },
  'openrlhf-grpo': { messages: [system, user], label: JSON.stringify({ ...who, ...meta }) },
};

test.each(Object.keys(golden) as ExportFormat[])('%s gets the lines its engine reads', (format) => {
  const engine = engines[format];
  const line = engine.line(engine.source === 'pairs' ? pair : row, { release: 'demo', index: 3 });
  expect(line).toEqual(golden[format]);
});

test('a benign twin is marked as such, so that its refusal is no success', () => {
  const benign = { ...row, question: { id: 'g-1', benign: true } };
  expect(engines['trl-grpo'].line(benign, { release: 'demo', index: 0 })).toMatchObject({ benign: true, expected: '' });
});

test('LLaMA-Factory is told of its files, and that pairs are rankings', () => {
  const info = engines['llama-factory-dpo'].extra?.('demo')['dataset_info.json'];
  expect(info).toMatchObject({
    'demo-train': { file_name: 'train.jsonl', formatting: 'sharegpt', ranking: true },
    'demo-validation': { file_name: 'validation.jsonl' },
  });
});
