import { z } from 'zod';
import { answerLabels, kebab } from './choices.ts';
import { skip } from './draft.ts';
import { type Format, otherTags, reading } from './format.ts';

const recordSchema = z.looseObject({
  id: z.string(),
  question: z.string(),
  options: z.array(z.looseObject({ letter: z.string(), content: z.string() })),
  label: z.array(z.string()),
  images: z.array(z.unknown()).nullish(),
  body_system: z.string().nullish(),
});

const placed = ['id', 'question', 'options', 'label', 'images'];

/**
 * MedXpertQA (TsinghuaC3I/MedXpertQA): options by letter and label as arrays; the question repeats the options after "Answer
 * Choices:", which is cut off. Questions about images are skipped: the files hold names of images, not the images.
 */
export const medxpertqaFormat: Format = {
  name: 'medxpertqa',
  role: 'questions',
  mapper: async ({ options: given }) =>
    reading(recordSchema, (record) => {
      const { id, question, options, label, images, body_system } = record;
      if ((images ?? []).length > 0) return skip('wrong-shape', `${id} asks about an image, which is not in the file`);
      const answer = answerLabels(label.join(''));
      if (answer === undefined) return skip('bad-answer', `label: ${JSON.stringify(label)}`);
      const specialty = kebab(body_system ?? '');
      return {
        draft: {
          kind: given.kind ?? 'knowledge',
          text: question.split('\nAnswer Choices:')[0] ?? '',
          options: options.map(({ letter, content }) => ({ label: letter.trim().toUpperCase(), text: content })),
          answer,
          originalId: id,
          ...(specialty === undefined ? {} : { specialty }),
          source: { kind: 'exam', citation: 'MedXpertQA (Zuo et al. 2025)' },
          usualLicence: 'MIT',
          tags: otherTags(record, placed),
        },
      };
    }),
};
