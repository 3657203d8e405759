import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import { expect, test } from 'vitest';
import { writeTinyModel } from '../../../test/tiny-gguf.ts';
import { scoreChoices } from './score.ts';

test('the scores are the model’s exact log-probabilities over its whole vocabulary', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'safemed-score-'));
  const file = join(directory, 'tiny.gguf');
  writeTinyModel(file);
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error, maxThreads: 1 });
  const model = await llama.loadModel({ modelPath: file });
  const context = await model.createContext({ contextSize: 256, sequences: 2 });
  const prompt = model.tokenize('<|im_start|>user\nA or B?<|im_end|>\n<|im_start|>assistant\n', true);
  const last = prompt.at(-1);
  if (last === undefined) throw new Error('the prompt has tokens');
  const neutral = { temperature: 1, topK: 0, topP: 1, minP: 0, seed: 1 };
  const outputs = await context
    .getSequence()
    .controlledEvaluate([
      ...prompt.slice(0, -1),
      [last, { generateNext: { probabilities: true, token: true, options: neutral } }],
    ]);
  const probabilities = outputs.at(-1)?.next.probabilities ?? new Map();
  const expected = (text: string): number => Math.log(probabilities.get(model.tokenize(text, false)[0]) ?? 0);
  const { choiceLogProbs, content } = await scoreChoices(context.getSequence(), prompt, ['A', 'B']);
  expect(choiceLogProbs?.A).toBeCloseTo(expected('A'), 5);
  expect(choiceLogProbs?.B).toBeCloseTo(expected('B'), 5);
  expect(content).toBe(expected('A') > expected('B') ? 'A' : 'B');
  await llama.dispose();
  rmSync(directory, { recursive: true });
});
