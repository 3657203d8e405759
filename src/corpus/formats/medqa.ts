import { z } from 'zod';
import { answerLabels } from './choices.ts';
import { skip } from './draft.ts';
import { type Format, otherTags, reading } from './format.ts';

const recordSchema = z.looseObject({
  question: z.string(),
  options: z.record(z.string(), z.string()),
  answer: z.string().nullish(),
  answer_idx: z.string().nullish(),
});

/**
 * MedQA (jind11/MedQA): `options` is an object by letter, `answer` the text of the right option and `answer_idx` its letter. The
 * letter decides; a text that belongs to another letter makes the row contradictory, and it is skipped.
 */
export const medqaFormat: Format = {
  name: 'medqa',
  role: 'questions',
  mapper: async ({ options: given }) =>
    reading(recordSchema, (record) => {
      const { question, options, answer, answer_idx } = record;
      const choices = Object.entries(options)
        .map(([label, text]) => ({ label: label.trim().toUpperCase(), text }))
        .sort((a, b) => a.label.localeCompare(b.label, 'en'));
      const byText = choices.filter((choice) => choice.text === answer).map((choice) => choice.label);
      const byLetter = answerLabels(answer_idx);
      if (byLetter === undefined) return skip('bad-answer', `answer_idx: ${JSON.stringify(answer_idx)} is no letter`);
      const [text] = byText;
      if (text !== undefined && byLetter.length === 1 && !byText.includes(byLetter[0] ?? ''))
        return skip('bad-answer', `answer_idx is ${byLetter[0]} and answer is the text of option ${text}`);
      return {
        draft: {
          kind: given.kind ?? 'knowledge',
          text: question,
          options: choices,
          answer: byLetter.length > 0 || text === undefined ? byLetter : [text],
          source: { kind: 'exam', citation: 'MedQA (Jin et al. 2020), medical licensing examinations' },
          usualLicence: 'MIT',
          tags: otherTags(record, ['question', 'options', 'answer', 'answer_idx']),
        },
      };
    }),
};
