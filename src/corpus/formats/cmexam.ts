import { z } from 'zod';
import { answerLabels, isMissing, optionLines } from './choices.ts';
import { skip } from './draft.ts';
import { type Format, otherTags, reading } from './format.ts';
import { excerpt } from './records.ts';

const rowSchema = z.record(z.string(), z.string());

/**
 * CMExam tables, from CSV or XLSX: `Question, Options, Answer, Explanation`, and annotation columns where a file has them. Options
 * stand in one cell, one a line (in the XLSX copy the break is a backslash and an n); "nan" is a missing answer or explanation.
 */
export const cmexamFormat: Format = {
  name: 'cmexam',
  role: 'questions',
  mapper: async ({ options: given }) =>
    reading(rowSchema, (record) => {
      const row = new Map(Object.entries(record).map(([name, cell]) => [name.toLowerCase(), cell]));
      const cell = row.get('options') ?? '';
      const options = optionLines(/[\r\n]/.test(cell) ? cell : cell.replaceAll('\\n', '\n'));
      if (options === undefined) return skip('bad-options', `no option letters in ${JSON.stringify(excerpt(cell))}`);
      const answer = answerLabels(row.get('answer'));
      if (answer === undefined)
        return skip('bad-answer', `answer: ${JSON.stringify(excerpt(row.get('answer') ?? ''))}`);
      const explanation = row.get('explanation');
      const others = Object.fromEntries(
        Object.entries(record).filter(([name, text]) => !placed.includes(name.toLowerCase()) && !isMissing(text)),
      );
      return {
        draft: {
          kind: given.kind ?? 'knowledge',
          text: row.get('question') ?? '',
          options,
          answer,
          ...(explanation === undefined || isMissing(explanation) ? {} : { explanation }),
          source: {
            kind: 'exam',
            citation: 'CMExam (Liu et al. 2023), Chinese National Medical Licensing Examination',
          },
          usualLicence: 'Apache-2.0',
          tags: otherTags(others, []),
        },
      };
    }),
};

const placed = ['question', 'options', 'answer', 'explanation'];
