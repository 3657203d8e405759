import { expect, test } from 'vitest';
import { differing, merged, revisionsAfter } from '../../web/review/merge.ts';
import { contentOf, emptyWork, type Work } from '../../web/review/work.ts';
import { item } from './review-fixture.ts';

const edit = { op: 'answer', at: 0, text: 'C', reason: 'wrong-fact', note: '' } as const;
const here: Work = { ...emptyWork, scores: { facts: 5 }, comment: 'mine', edits: [edit], editedScores: { facts: 5 } };
const there: Work = { ...emptyWork, scores: { facts: 5 }, comment: 'theirs', verdict: 'reject' };
const content = (work: Work) => contentOf(work, item.trace, 0);

test('only what differs is asked for', () => {
  expect(differing(here, there)).toEqual(['edits', 'comment', 'verdict']);
  expect(differing(here, { ...here })).toEqual([]);
});

test('each part comes from the side chosen for it; without a choice for each there is no result', () => {
  expect(merged(here, there, { edits: 'here', comment: 'there' })).toBeUndefined();
  expect(merged(here, there, { edits: 'here', comment: 'there', verdict: 'there' })).toEqual({
    ...here,
    comment: 'theirs',
    verdict: 'reject',
  });
  const mine = merged(here, there, { edits: 'there', comment: 'here', verdict: 'here' });
  expect(mine).toEqual({ ...emptyWork, scores: { facts: 5 }, comment: 'mine' });
});

test('both versions stand in the history before the merged one', () => {
  const result = { ...here, comment: 'theirs' };
  expect(revisionsAfter(content(there), content(here), content(result))).toEqual([content(here), content(result)]);
  expect(revisionsAfter(content(there), content(here), content(here))).toEqual([content(here)]);
  expect(revisionsAfter(content(there), content(here), content(there))).toEqual([content(here), content(there)]);
});

test('where edited versions scored the original differently, the edits are lifted in between', () => {
  const other = { ...here, scores: { facts: 2 } };
  const [thaw, mine] = revisionsAfter(content(other), content(here), content(here));
  expect(thaw).toMatchObject({ edits: [], scores: { facts: 2 } });
  expect(mine).toEqual(content(here));
});
