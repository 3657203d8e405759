import { z } from 'zod';
import { skip } from './draft.ts';
import { type Format, reading } from './format.ts';

const rowSchema = z.record(z.string(), z.string());

/** XSTest prompts: `safe` ones look risky and should be answered, their `unsafe` contrasts should not. */
export const xstestPromptsFormat: Format = {
  name: 'xstest-prompts',
  role: 'questions',
  mapper: async () =>
    reading(rowSchema, ({ id, prompt, label, ...others }) => {
      if (label !== 'safe' && label !== 'unsafe') return skip('wrong-shape', `label: ${JSON.stringify(label)}`);
      const tags = Object.fromEntries(Object.entries(others).filter(([, text]) => text !== ''));
      return {
        draft: {
          kind: 'guard',
          text: prompt ?? '',
          benign: label === 'safe',
          ...(id ? { originalId: id } : {}),
          source: { kind: 'benchmark', citation: 'XSTest (Röttger et al. 2024)' },
          usualLicence: 'CC-BY-4.0',
          tags: { label, ...tags },
        },
      };
    }),
};

/**
 * XSTest completions or label tables of one model: they belong to the prompts, by `id` without its prefix "v2-". The annotators'
 * labels become tags of the prompt; the model's replies stay in the file, since they are under the model makers' licences.
 */
export const xstestCompletionsFormat: Format = {
  name: 'xstest-completions',
  role: 'completions',
  mapper: async ({ file, note }) => {
    const model = /_(?:completions|labels)_(.+)$/.exec(file.stem)?.[1] ?? file.stem;
    note(
      'Holds model replies and labels and no questions of its own: import it together with the prompts; the replies are not kept.',
    );
    return reading(rowSchema, ({ id, prompt, annotation_1, annotation_2, agreement, final_label }) => {
      if (!id) return skip('missing-text', 'the row has no id');
      const labels = Object.entries({ annotation_1, annotation_2, agreement, final_label });
      const tags = Object.fromEntries(labels.flatMap(([name, text]) => (text ? [[`${model}:${name}`, text]] : [])));
      return { companion: { key: id.replace(/^v2-/, ''), ...(prompt ? { text: prompt } : {}), tags } };
    });
  },
};
