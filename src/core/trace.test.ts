import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEdits, parseTrace, renderTrace } from './trace.ts';

const line = fc
  .string({ minLength: 1, maxLength: 40 })
  .map((text) => text.replace(/[<>\s]+/g, ' ').trim())
  .filter((text) => text !== '' && !/^\d/.test(text));
const traces = fc.record({ steps: fc.array(line, { minLength: 1, maxLength: 6 }), answer: line });

test('a rendered trace parses back to itself', () => {
  fc.assert(
    fc.property(traces, (trace) => {
      expect(parseTrace(renderTrace(trace))).toEqual({ state: 'well-formed', trace });
    }),
  );
});

test('a trace whose template pre-filled <think> is accepted', () => {
  expect(parseTrace('1. First.\n2. Second.</think><answer>B</answer>')).toEqual({
    state: 'well-formed',
    trace: { steps: ['First.', 'Second.'], answer: 'B' },
  });
});

test('Chinese numbering and continued lines are read as steps', () => {
  expect(parseTrace('<think>\n1、第一步。\n2、第二步，\n继续。\n</think><answer>答案：A</answer>')).toEqual({
    state: 'well-formed',
    trace: { steps: ['第一步。', '第二步， 继续。'], answer: '答案：A' },
  });
});

test.each([
  ['', 'no </think>'],
  ['<think>1. a</think>', 'no <answer>'],
  ['<think>1. a</think><answer>b', 'unclosed <answer>'],
  ['<think></think><answer>b</answer>', 'empty <think>'],
  ['<think>1. a</think><answer> </answer>', 'empty <answer>'],
  ['<think>1. a</think><answer>b</answer><answer>c</answer>', 'more than one <answer>'],
  ['<think>1. a</think></think><answer>b</answer>', 'more than one </think>'],
  ['Sure! <think>1. a</think><answer>b</answer>', 'text before <think>'],
  ['<think>1. a</think><answer>b</answer> Hope this helps.', 'text outside the blocks'],
])('%j is malformed: %s', (text, reason) => {
  expect(parseTrace(text)).toEqual({ state: 'malformed', reason });
});

test('edits refer to the text before any edit, in whatever order they are listed', () => {
  const trace = { steps: ['a', 'b', 'c'], answer: 'x' };
  const edits = [
    { op: 'delete', step: 1 },
    { op: 'insert', after: 2, text: 'b2' },
    { op: 'replace', step: 3, text: 'C' },
    { op: 'answer', text: 'y' },
  ] as const;
  expect(applyEdits(trace, edits)).toEqual({ steps: ['b', 'b2', 'C'], answer: 'y' });
  expect(applyEdits(trace, [...edits].reverse())).toEqual({ steps: ['b', 'b2', 'C'], answer: 'y' });
});

test('an edit of a step that does not exist, or of one step twice, is refused', () => {
  const trace = { steps: ['a'], answer: 'x' };
  expect(() => applyEdits(trace, [{ op: 'replace', step: 2, text: 'z' }])).toThrow('There is no step 2');
  expect(() =>
    applyEdits(trace, [
      { op: 'delete', step: 1 },
      { op: 'replace', step: 1, text: 'z' },
    ]),
  ).toThrow('edited twice');
  expect(() => applyEdits(trace, [{ op: 'delete', step: 1 }])).toThrow('no step');
});
