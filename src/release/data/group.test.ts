import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitOf } from '../../verify/files/row.ts';
import { type Groupable, groupQuestions } from './group.ts';

const stem = 'A 68-year-old man with atrial fibrillation takes warfarin and his INR has been stable for a long time.';
const question = (id: string, text: string, group = id): Groupable => ({
  id,
  text,
  group,
  identity: `identity of ${text}`,
});

function groupsOf(questions: Groupable[], heldOut: Groupable[] = []): Record<string, string> {
  return Object.fromEntries(groupQuestions(questions, heldOut).groups);
}

test('questions of one group, of one identity, and near-duplicates hang together, through others too', () => {
  const questions = [
    question('a', stem, 'g2'),
    question('b', `${stem} What now?`, 'g3'),
    question('c', 'Something else entirely about the storage of vaccines.', 'g3'),
    question('d', 'Which drug needs no dose change in renal failure?', 'g1'),
    { ...question('e', 'Which medicine can stay as it is when the kidneys fail?', 'g4'), identity: 'identity of d' },
    { ...question('f', 'unlike all the others here', 'g5'), identity: 'identity of d' },
  ];
  expect(groupsOf(questions)).toEqual({ a: 'g2', b: 'g2', c: 'g2', d: 'g1', e: 'g4', f: 'g4' });
});

test('a question that repeats a held-out one, word for word or nearly, is told', () => {
  const exam = [question('x-1', `${stem} Which antibiotic is the most likely to raise it?`)];
  const questions = [
    question('same', `${stem} Which antibiotic is the most likely to raise it?`),
    question('near', `${stem} Which antibiotic is most likely to raise it?`),
    question('other', 'How is a needle-stick injury reported?'),
  ];
  expect(Object.fromEntries(groupQuestions(questions, exam).heldOut)).toEqual({ same: 'x-1', near: 'x-1' });
});

test('a group stays on its side when others come and go, and the sides have about their shares', () => {
  const split = { trainShare: 0.8, salt: 's' };
  const sides = Array.from({ length: 5000 }, (_, i) => splitOf(`group ${i}`, split));
  const train = sides.filter((side) => side === 'train').length / sides.length;
  expect(Math.abs(train - 0.8)).toBeLessThan(0.03);
  fc.assert(fc.property(fc.string(), (group) => splitOf(group, split) === splitOf(group, { ...split })));
  expect(splitOf('any', { trainShare: 1, salt: '' })).toBe('train');
});
