import { z } from 'zod';
import { answerLabels, labelled } from './choices.ts';
import { skip } from './draft.ts';
import { type Format, otherTags, reading } from './format.ts';

const recordSchema = z.looseObject({
  problem_id: z.union([z.string(), z.number()]),
  problem_text: z.string(),
  choices: z.array(z.string()),
  answer: z.union([z.string(), z.array(z.string())]).nullish(),
});

/**
 * The form of aistairc/medLLM_QA_benchmark (MedQA Mainland, CMExam test and others): choices are texts in order, answers small
 * letters in an array. The records do not name their set, so source and licence are told only where the file's name does.
 */
export const aistFormat: Format = {
  name: 'aist',
  role: 'questions',
  mapper: async ({ file, options, note }) => {
    const set = namedSet(`${file.stem} ${options.dataset}`);
    if (set === undefined)
      note(
        'The records do not name the set they come from: give its licence with --licence, or the licence gate will stop them.',
      );
    return reading(recordSchema, (record) => {
      const { problem_id, problem_text, choices, answer } = record;
      const labels = (typeof answer === 'string' ? [answer] : (answer ?? [])).map((one) => answerLabels(one));
      if (!labels.every((list) => list !== undefined)) return skip('bad-answer', `answer: ${JSON.stringify(answer)}`);
      return {
        draft: {
          kind: options.kind ?? 'knowledge',
          text: problem_text,
          options: labelled(choices),
          answer: labels.flat(),
          originalId: String(problem_id),
          source: {
            kind: 'exam',
            citation: set?.citation ?? 'aistairc/medLLM_QA_benchmark, set not named in the record',
          },
          ...(set === undefined ? {} : { usualLicence: set.licence }),
          tags: otherTags(record, ['problem_id', 'problem_text', 'choices', 'answer']),
        },
      };
    });
  },
};

function namedSet(name: string): { citation: string; licence: string } | undefined {
  if (/cmexam/i.test(name))
    return {
      citation: 'CMExam (Liu et al. 2023), Chinese National Medical Licensing Examination',
      licence: 'Apache-2.0',
    };
  if (/medqa/i.test(name))
    return { citation: 'MedQA Mainland (Jin et al. 2020), medical licensing examinations', licence: 'MIT' };
  return undefined;
}
