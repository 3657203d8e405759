import { z } from 'zod';
import type { Draft } from './draft.ts';
import { type Format, type MapperContext, otherTags, reading } from './format.ts';
import type { SourceFile } from './source-file.ts';

const citation = 'MedSafetyBench (Han et al. 2024), requests against the AMA Principles of Medical Ethics';

const common = {
  source: { kind: 'benchmark', citation },
  usualLicence: 'MIT',
  benign: false,
} as const;

/** The AMA principle from the file's name, and writer model and split from the folders' names: the rows do not say them. */
function placeTags(file: SourceFile): Record<string, string> {
  const category = /category_([1-9])(?!\d)/.exec(file.stem)?.[1];
  const [writer] = file.folders.filter((folder) => ['gpt4', 'llama2', 'med_harm_llama3'].includes(folder)).slice(-1);
  const [split] = file.folders.filter((folder) => folder === 'train' || folder === 'test').slice(-1);
  return {
    harmful: 'true',
    use: 'research only',
    ...(category === undefined ? {} : { ama_principle: category }),
    ...(writer === undefined ? {} : { writer: writer === 'med_harm_llama3' ? 'llama3' : writer }),
    ...(split === undefined ? {} : { split }),
  };
}

function placeNotes({ file, note }: MapperContext): Record<string, string> {
  const tags = placeTags(file);
  note('MedSafetyBench is licensed for research only.');
  if (tags.ama_principle === undefined)
    note('The file name has no category_1…9, so the AMA principle of the requests is not known.');
  return tags;
}

const demonstrationSchema = z.record(z.string(), z.string());

/** Harmful requests with safe replies, CSV; the unnamed first column is a number that restarts in each file and has gaps. */
export const demonstrationsFormat: Format = {
  name: 'medsafetybench-demonstrations',
  role: 'questions',
  mapper: async (context) => {
    const tags = placeNotes(context);
    return reading(
      demonstrationSchema,
      ({ '': number, harmful_medical_request: text, safe_response: reference, ...others }) => {
        const draft: Draft = {
          ...common,
          kind: 'guard',
          text: text ?? '',
          tags: { ...otherTags(others, []), ...tags },
        };
        if (reference) draft.reference = reference;
        if (number) draft.originalId = number;
        return { draft };
      },
    );
  },
};

const alpacaSchema = z.looseObject({ instruction: z.string(), output: z.string(), input: z.string().nullish() });

/** The fine-tuning split in Alpaca form (`instruction, output, input`): the instruction is the request, the output the safe reply. */
export const alpacaFormat: Format = {
  name: 'medsafetybench-alpaca',
  role: 'questions',
  mapper: async (context) => {
    const tags = { ...placeTags(context.file), split: 'train' };
    context.note('MedSafetyBench is licensed for research only.');
    return reading(alpacaSchema, ({ instruction, output, input, ...others }) => {
      const text = input ? `${instruction}\n\n${input}` : instruction;
      return {
        draft: { ...common, kind: 'guard', text, reference: output, tags: { ...otherTags(others, []), ...tags } },
      };
    });
  },
};

/** Harmful requests, one a line (`med_harm_llama3/category_N.txt`). */
export const requestsFormat: Format = {
  name: 'medsafetybench-requests',
  role: 'questions',
  mapper: async (context) => {
    const tags = placeNotes(context);
    return (value) => ({ draft: { ...common, kind: 'guard', text: String(value), tags } });
  },
};
