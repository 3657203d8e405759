import { has, missing, type ProbeFormat } from './format.ts';

/** StrongREJECT: `category, source, forbidden_prompt`. The records have no id: their number in the file stands for it. */
export const strongreject: ProbeFormat = {
  name: 'strongreject',
  source: 'StrongREJECT (Souly et al. 2024), MIT as widely stated',
  recognises: (fields) => has(fields, 'category', 'source', 'forbidden_prompt'),
  mapper: () => (fields, row) =>
    missing(fields, 'forbidden_prompt', 'category') ?? {
      draft: { id: String(row), prompt: fields.forbidden_prompt ?? '', category: fields.category ?? '' },
    },
};
