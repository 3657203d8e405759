import { has, missing, type ProbeFormat } from './format.ts';

/** TRIDENT-Bench, medicine: `domain, ethical_refs[], harmful_prompt, id, risk_type, safe_reply`, in any order of keys. */
export const trident: ProbeFormat = {
  name: 'trident',
  source: 'TRIDENT-Bench, medicine; MIT by its README, no licence file',
  recognises: (fields) => has(fields, 'harmful_prompt', 'ethical_refs', 'risk_type'),
  mapper: () => (fields) => {
    const fault = missing(fields, 'harmful_prompt', 'id', 'ethical_refs');
    if (fault !== undefined) return fault;
    const { harmful_prompt: prompt = '', id = '', ethical_refs: refs = '', risk_type: risk = '' } = fields;
    const [category = ''] = /Principle [IVX]+ - [^"\]]+/.exec(refs) ?? [];
    if (category === '')
      return { fault: { column: 'ethical_refs', problem: `names no AMA principle: ${refs.slice(0, 60)}` } };
    return {
      draft: { id, prompt, category, ...(risk === '' ? {} : { intent: `${risk.replaceAll('_', ' ')} (${category})` }) },
    };
  },
};
