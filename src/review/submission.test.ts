import { expect, test } from 'vitest';
import { loadProfile } from '../profile/load.ts';
import { ReviewInput } from './schema.ts';
import { checkSubmission } from './submission.ts';

const profile = loadProfile('profiles/medical');
const trace = { steps: ['One.', 'Two.'], answer: 'B' };
const scores = {
  'medical-correctness': 5,
  'reasoning-structure': 4,
  'information-sufficiency': 4,
  'terminology-language': 5,
  'clinical-utility': 4,
};
const take = (change: object) =>
  checkSubmission(profile, 'knowledge', trace, ReviewInput.parse({ scores, verdict: 'accept', ...change }));

test('a clean review is taken and leaves the text as it is', () => {
  expect(take({})).toBeUndefined();
});

test.each([
  ['a score is missing', { scores: { 'medical-correctness': 5 } }, 'no score for reasoning-structure'],
  ['a criterion is unknown', { scores: { ...scores, beauty: 5 } }, 'unknown criterion beauty'],
  ['a mark names a step that does not exist', { steps: [{ step: 3, mark: 'correct' }] }, 'there is no step 3'],
  [
    'a step is marked twice',
    {
      steps: [
        { step: 1, mark: 'correct' },
        { step: 1, mark: 'neutral' },
      ],
    },
    'marked twice',
  ],
  [
    'a reason code is unknown',
    { steps: [{ step: 1, mark: 'wrong', error: 'bad', severity: 'minor' }] },
    'unknown reason code "bad"',
  ],
  ['the verdict accepts a low score', { scores: { ...scores, 'clinical-utility': 3 } }, 'accept needs every score'],
  [
    'an edit comes without its verdict',
    { edits: [{ op: 'delete', step: 1, reason: 'logic-gap' }] },
    'accept-with-edits',
  ],
  [
    'a violation is named on a rubric without dimensions',
    { violations: [{ dimension: 'S5', severity: 'minor' }] },
    'no dimensions',
  ],
])('a review is refused with the reason when %s', (_, change, message) => {
  expect(() => take(change)).toThrow(message);
});

const edits = [{ op: 'replace', step: 2, text: 'Two, mended.', reason: 'wrong-fact' }];

test('an edit gives the edited text, and needs scores of its own', () => {
  expect(() => take({ verdict: 'accept-with-edits', edits })).toThrow('editedScores');
  expect(take({ verdict: 'accept-with-edits', edits, editedScores: scores })).toEqual({
    steps: ['One.', 'Two, mended.'],
    answer: 'B',
  });
});

test('an edit for another reason must say which', () => {
  const other = [{ ...edits[0], reason: 'other' }];
  expect(() => take({ verdict: 'accept-with-edits', edits: other, editedScores: scores })).toThrow('note');
});
