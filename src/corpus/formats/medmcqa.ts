import { z } from 'zod';
import { AppError } from '../../core/error.ts';
import { kebab, labelAt, labelled } from './choices.ts';
import { skip } from './draft.ts';
import { type Format, type MapperContext, otherTags, reading } from './format.ts';

const numberSchema = z
  .union([
    z.int(),
    z
      .string()
      .regex(/^-?\d+$/)
      .transform(Number),
  ])
  .nullish();

const countSchema = z.looseObject({ cop: numberSchema });

const recordSchema = z.looseObject({
  id: z.string().nullish(),
  question: z.string(),
  opa: z.string(),
  opb: z.string(),
  opc: z.string(),
  opd: z.string(),
  cop: numberSchema,
  exp: z.string().nullish(),
  subject_name: z.string().nullish(),
});

const placed = ['id', 'question', 'opa', 'opb', 'opc', 'opd', 'cop', 'exp'];

/**
 * MedMCQA: `cop` is the number of the right option, from 1 in the original release and from 0 in the Hugging Face copy. One row
 * cannot tell them apart, so the whole file is looked at first. `choice_type` "multi" does not mean several right answers.
 */
export const medmcqaFormat: Format = {
  name: 'medmcqa',
  role: 'questions',
  mapper: async (context) => {
    const first = await firstNumber(context);
    return reading(recordSchema, (record) => {
      const { id, question, opa, opb, opc, opd, cop, exp, subject_name } = record;
      // −1 is how the unlabelled test split is written
      const label = cop === undefined || cop === null || cop === -1 ? '' : labelAt(cop - first);
      if (label === undefined || label > 'D') return skip('bad-answer', `cop: ${cop} with numbers from ${first}`);
      const specialty = subject_name && subject_name !== 'Unknown' ? kebab(subject_name) : undefined;
      return {
        draft: {
          kind: context.options.kind ?? 'knowledge',
          text: question,
          options: labelled([opa, opb, opc, opd]),
          answer: label === '' ? [] : [label],
          ...(exp ? { explanation: exp } : {}),
          ...(id ? { originalId: id } : {}),
          ...(specialty === undefined ? {} : { specialty }),
          source: { kind: 'exam', citation: 'MedMCQA (Pal et al. 2022), AIIMS and NEET PG entrance examinations' },
          usualLicence: 'Apache-2.0',
          tags: otherTags(record, placed),
        },
      };
    });
  },
};

/** A stray wrong number must not turn a whole file: the rarer of 0 and 4 counts only above this share of the other. */
const strayShare = 0.02;

/** 0 or 1: the number that means option A in this file. */
async function firstNumber({ records, note, file }: MapperContext): Promise<0 | 1> {
  let zeros = 0;
  let fours = 0;
  for await (const record of records()) {
    if ('skipped' in record) continue;
    const parsed = countSchema.safeParse(record.value);
    if (parsed.data?.cop === 0) zeros += 1;
    if (parsed.data?.cop === 4) fours += 1;
  }
  if (zeros > 0 && fours > 0 && Math.min(zeros, fours) > strayShare * Math.max(zeros, fours))
    throw new AppError(
      'invalid_input',
      `${file.named}: cop is 0 in ${zeros} rows and 4 in ${fours}: two ways of counting in one file, so no answer is certain. Split the file by its origin and import the parts.`,
      { details: { file: file.named } },
    );
  const first = zeros > fours ? 0 : 1;
  if (zeros === 0 && fours === 0)
    note(
      'cop is never 0 and never 4, so the file does not tell where it counts from: read as counting from 1, like the original release.',
    );
  else note(`cop counts from ${first} (${zeros} rows with 0, ${fours} with 4).`);
  return first;
}
