import { expect, test } from 'vitest';
import { loadProfile } from '../../src/profile/load.ts';
import { orderDiffers, sectionChanges } from '../../web/guideline/changes.ts';

const { guideline } = loadProfile('profiles/medical');

function changed(change: (copy: typeof guideline) => void) {
  const copy = structuredClone(guideline);
  change(copy);
  return { changes: sectionChanges(guideline, copy), copy };
}

test('two equal versions have no change', () => {
  expect(sectionChanges(guideline, guideline)).toEqual([]);
  expect(orderDiffers(guideline, guideline)).toBe(false);
});

test('a change of one language is shown in that language only', () => {
  const { changes } = changed((copy) => {
    copy.sections[2]!.text.zh += '\n补充。';
  });
  expect(changes).toHaveLength(1);
  expect(changes[0]).toMatchObject({ id: guideline.sections[2]!.id, state: 'changed' });
  expect(changes[0]!.changes.map((one) => one.language)).toEqual(['zh']);
});

test('nothing that differs stays unseen: titles, notes, scores and subjects of examples, order', () => {
  const edits: ((copy: typeof guideline) => void)[] = [
    (copy) => {
      copy.title.en = 'Another';
    },
    (copy) => {
      copy.notice.zh = '另一说明';
    },
    (copy) => {
      copy.sections.find((one) => one.examples.length > 0)!.examples[0]!.score = 5;
    },
    (copy) => {
      copy.sections.find((one) => one.criterion === 'adequacy')!.criterion = 'timeliness';
    },
  ];
  for (const edit of edits) expect(changed(edit).changes).toHaveLength(1);
  const { changes, copy } = changed((one) => one.sections.reverse());
  expect(changes).toEqual([]);
  expect(orderDiffers(guideline, copy)).toBe(true);
});

test('a new section and a removed one are told as such', () => {
  const { changes } = changed((copy) => {
    const [first] = copy.sections;
    copy.sections[0] = { ...first!, id: 'new-rules' };
  });
  expect(changes.map(({ id, state }) => [id, state])).toEqual([
    ['new-rules', 'added'],
    [guideline.sections[0]!.id, 'removed'],
  ]);
});
