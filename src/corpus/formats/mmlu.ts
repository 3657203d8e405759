import { z } from 'zod';
import { answerLabels, kebab, labelled } from './choices.ts';
import { skip } from './draft.ts';
import { type Format, reading } from './format.ts';

export const mmluCells = 6;

const rowSchema = z.tuple([z.string(), z.string(), z.string(), z.string(), z.string(), z.string()]);

/** MMLU: question, A, B, C, D, letter, without header. Subject and split stand only in the file's name, the row is the only id. */
export const mmluFormat: Format = {
  name: 'mmlu',
  role: 'questions',
  mapper: async ({ file, options }) => {
    const named = /^(.+)_(dev|val|test|auxiliary_train)$/.exec(file.stem);
    const subject = named?.[1] ?? file.stem;
    const specialty = kebab(subject);
    return reading(rowSchema, ([question, a, b, c, d, letter]) => {
      const answer = answerLabels(letter);
      if (answer === undefined || answer.length > 1) return skip('bad-answer', `answer: ${JSON.stringify(letter)}`);
      return {
        draft: {
          kind: options.kind ?? 'knowledge',
          text: question,
          options: labelled([a, b, c, d]),
          answer,
          ...(specialty === undefined ? {} : { specialty }),
          source: { kind: 'exam', citation: `MMLU (Hendrycks et al. 2021), ${subject.replaceAll('_', ' ')}` },
          usualLicence: 'MIT',
          tags: { subject, ...(named?.[2] === undefined ? {} : { split: named[2] }) },
        },
      };
    });
  },
};
