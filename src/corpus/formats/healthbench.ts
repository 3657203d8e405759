import { z } from 'zod';
import { skip } from './draft.ts';
import { type Format, reading } from './format.ts';

const recordSchema = z.looseObject({
  prompt_id: z.string(),
  prompt: z.array(z.looseObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })).min(1),
  rubrics: z
    .array(z.looseObject({ criterion: z.string(), points: z.number(), tags: z.array(z.string()).nullish() }))
    .min(1),
  example_tags: z.array(z.string()).nullish(),
});

/**
 * HealthBench (openai/simple-evals): a conversation that ends with the user, and criteria with signed points. Both are kept as
 * JSON in tags, `conversation` and `rubrics`, for the runner; ideal completions and the canary string are left out.
 */
export const healthbenchFormat: Format = {
  name: 'healthbench',
  role: 'questions',
  mapper: async ({ options: given }) =>
    reading(recordSchema, ({ prompt_id, prompt, rubrics, example_tags }) => {
      const last = prompt.at(-1);
      if (last?.role !== 'user') return skip('wrong-shape', 'prompt: the conversation does not end with the user');
      if (!rubrics.some(({ points }) => points > 0))
        return skip('wrong-shape', 'rubrics: no criterion has positive points, so that there is no score');
      const conversation = prompt.map(({ role, content }) => ({ role, content }));
      const criteria = rubrics.map(({ criterion, points, tags }) => ({ criterion, points, tags: tags ?? [] }));
      const theme = (example_tags ?? []).find((tag) => tag.startsWith('theme:'))?.slice('theme:'.length);
      return {
        draft: {
          kind: given.kind ?? 'knowledge',
          text: last.content,
          originalId: prompt_id,
          id: `${given.dataset}-${prompt_id}`,
          source: { kind: 'benchmark', citation: 'HealthBench (Arora et al. 2025)' },
          usualLicence: 'MIT',
          tags: {
            rubrics: JSON.stringify(criteria),
            ...(conversation.length > 1 ? { conversation: JSON.stringify(conversation) } : {}),
            ...(theme === undefined ? {} : { theme }),
          },
        },
      };
    }),
};
