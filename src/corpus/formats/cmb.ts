import { z } from 'zod';
import { answerLabels, kebab } from './choices.ts';
import { skip } from './draft.ts';
import { answersOnly, type Format, otherTags, reading } from './format.ts';

const recordSchema = z.looseObject({
  id: z.union([z.int(), z.string()]).nullish(),
  question: z.string(),
  option: z.record(z.string(), z.string().nullish()),
  answer: z.string().nullish(),
  exam_subject: z.string().nullish(),
});

const placed = ['id', 'question', 'option', 'answer', 'explanation'];

/** CMB-Exam (FreedomIntelligence/CMB): `option` is an object by letter in which unused letters are empty. */
export const cmbFormat: Format = {
  name: 'cmb',
  role: 'questions',
  mapper: async ({ options: given }) =>
    reading(recordSchema, (record) => {
      const { id, question, option, answer: letters, exam_subject } = record;
      const answer = answerLabels(letters);
      if (answer === undefined) return skip('bad-answer', `answer: ${JSON.stringify(letters)} is no list of letters`);
      const options = Object.entries(option)
        .flatMap(([label, text]) => (text?.trim() ? [{ label: label.trim().toUpperCase(), text }] : []))
        .sort((a, b) => a.label.localeCompare(b.label, 'en'));
      const specialty = kebab(exam_subject ?? '');
      return {
        draft: {
          kind: given.kind ?? 'knowledge',
          text: question,
          options,
          answer,
          ...(id === null || id === undefined ? {} : { originalId: String(id) }),
          ...(specialty === undefined ? {} : { specialty }),
          source: { kind: 'exam', citation: 'CMB-Exam (Wang et al. 2023)' },
          usualLicence: 'Apache-2.0',
          tags: otherTags(record, placed),
        },
      };
    }),
};

const answerSchema = z.looseObject({ id: z.union([z.int(), z.string()]), answer: z.string() });

/** CMB's answers of the test split: records with the id and the letters, of which an item "with several answers" may have one. */
export const cmbAnswersFormat: Format = {
  name: 'cmb-answers',
  role: 'ground-truth',
  mapper: async ({ note }) => {
    note(answersOnly);
    return reading(answerSchema, (record) => {
      const { id, answer } = record;
      const labels = answerLabels(answer);
      if (labels === undefined || labels.length === 0)
        return skip('bad-answer', `answer: ${JSON.stringify(answer)} is no list of letters`);
      return { companion: { key: String(id), labels, tags: otherTags(record, ['id', 'answer']) } };
    });
  },
};
