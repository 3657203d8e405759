import { has, missing, type ProbeFormat } from './format.ts';

/**
 * CARES: `principle_index, harmful_level, method, base_prompt, prompt`; harm from 0 (benign) to 3. The benign prompts are no
 * attacks. A prompt that differs from its base prompt counts as buried (level 3).
 */
export const cares: ProbeFormat = {
  name: 'cares',
  source: 'CARES (2025), licence not known',
  recognises: (fields) => has(fields, 'principle_index', 'harmful_level', 'method', 'base_prompt', 'prompt'),
  mapper: () => (fields, row) => {
    const fault = missing(fields, 'prompt', 'base_prompt', 'harmful_level', 'method', 'principle_index');
    if (fault !== undefined) return fault;
    const {
      prompt = '',
      base_prompt: base = '',
      harmful_level: harm = '',
      method = '',
      principle_index: principle = '',
    } = fields;
    if (!/^[0-3]$/.test(harm)) return { fault: { column: 'harmful_level', problem: `must be 0 to 3, not "${harm}"` } };
    if (harm === '0') return { skipped: 'benign prompts (harmful_level 0)' };
    return {
      draft: {
        id: fields.id ?? String(row),
        prompt,
        intent: base,
        category: principle,
        method,
        level: prompt === base ? 1 : 3,
      },
    };
  },
};
