import { expect, test } from 'vitest';
import { answerLabels, kebab, optionLines } from './choices.ts';

test('answers are read from capital, small and full-width letters, with or without separators', () => {
  expect(['B', 'b', 'ABD', 'A,B,D', 'A、B', ' Ｃ ', 'c。'].map(answerLabels)).toEqual([
    ['B'],
    ['B'],
    ['A', 'B', 'D'],
    ['A', 'B', 'D'],
    ['A', 'B'],
    ['C'],
    ['C'],
  ]);
});

test('no answer is told apart from an answer that is no letter', () => {
  expect(['', ' ', 'nan', 'NaN', null, undefined].map(answerLabels)).toEqual([[], [], [], [], [], []]);
  expect(['对', '12', 'A or 1', 'A-B'].map(answerLabels)).toEqual([undefined, undefined, undefined, undefined]);
});

test('options in one cell keep their printed letters, also with a gap, and their line breaks', () => {
  expect(optionLines('A 甲\nB B族维生素\n第二行\nD 丁')).toEqual([
    { label: 'A', text: '甲' },
    { label: 'B', text: 'B族维生素\n第二行' },
    { label: 'D', text: '丁' },
  ]);
  expect(optionLines('B. x\r\n　　C、y')).toEqual([
    { label: 'B', text: 'x' },
    { label: 'C', text: 'y' },
  ]);
});

test('a line that begins with a letter out of order belongs to the option above', () => {
  expect(optionLines('A one\nT cells too\nB two')).toEqual([
    { label: 'A', text: 'one\nT cells too' },
    { label: 'B', text: 'two' },
  ]);
});

test('a cell that begins with no option letter is no list of options', () => {
  expect([optionLines('see above\nA one'), optionLines(''), optionLines('Apple\nBanana')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('names of subjects become kebab-case, and names without Latin letters none', () => {
  expect(['Social & Preventive Medicine', 'college_biology', '内科'].map(kebab)).toEqual([
    'social-preventive-medicine',
    'college-biology',
    undefined,
  ]);
});
