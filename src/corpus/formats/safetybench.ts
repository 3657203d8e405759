import { z } from 'zod';
import { labelAt, labelled } from './choices.ts';
import { skip } from './draft.ts';
import { answersOnly, type Format, otherTags, reading } from './format.ts';

const recordSchema = z.looseObject({
  id: z.union([z.int(), z.string()]),
  question: z.string(),
  options: z.array(z.string()),
  category: z.string(),
});

/** SafetyBench (thu-coai/SafetyBench): options as texts, two to four; the answers stand in another file. */
export const safetybenchFormat: Format = {
  name: 'safetybench',
  role: 'questions',
  mapper: async ({ options: given }) =>
    reading(recordSchema, (record) => {
      const { id, question, options } = record;
      return {
        draft: {
          kind: given.kind ?? 'knowledge',
          text: question,
          options: labelled(options),
          originalId: String(id),
          source: { kind: 'benchmark', citation: 'SafetyBench (Zhang et al. 2023)' },
          usualLicence: 'MIT',
          tags: otherTags(record, ['id', 'question', 'options']),
        },
      };
    }),
};

const memberSchema = z.strictObject({
  key: z.string(),
  value: z.looseObject({ answer: z.int(), category: z.string() }),
});

/** Its answers: id → 0-based place of the right option. */
export const safetybenchAnswersFormat: Format = {
  name: 'safetybench-answers',
  role: 'ground-truth',
  mapper: async ({ note }) => {
    note(answersOnly);
    return reading(memberSchema, ({ key, value: member }) => {
      const label = labelAt(member.answer);
      if (label === undefined) return skip('bad-answer', `answer: ${member.answer} is no place of an option`);
      return { companion: { key, labels: [label], tags: {} } };
    });
  },
};
