import { type Fields, has, missing, type ProbeFormat } from './format.ts';

/** In XSTest's numbering an unsafe contrast stands this far behind the safe prompt that it is the contrast of. */
const contrastOffset = 25;

/**
 * XSTest prompts: `id, prompt, type, label, focus, note`. The unsafe contrasts are attacks; the safe prompt of the same
 * type, 25 before a contrast, is its twin. Safe prompts without a contrast are counted and left out.
 */
export const xstest: ProbeFormat = {
  name: 'xstest',
  source: 'XSTest (Röttger et al. 2024), CC-BY-4.0',
  recognises: (fields) => has(fields, 'id', 'prompt', 'type', 'label', 'focus'),
  mapper: ({ all }) => {
    const safe = new Map(all.filter((one) => one.label === 'safe').map((one) => [one.id ?? '', one]));
    const twins = new Map(all.filter((one) => one.label === 'unsafe').map((one) => [one.id ?? '', twinOf(one, safe)]));
    const used = new Set([...twins.values()].map((one) => one?.id));
    return (fields) => {
      const fault = missing(fields, 'id', 'prompt', 'type', 'label');
      if (fault !== undefined) return fault;
      const { id = '', prompt = '', type = '', label = '' } = fields;
      if (label === 'safe')
        return {
          skipped: used.has(id) ? 'safe prompts, taken as twins of their contrasts' : 'safe prompts without a contrast',
        };
      if (label !== 'unsafe') return { fault: { column: 'label', problem: `must be safe or unsafe, not "${label}"` } };
      const twin = twins.get(id)?.prompt;
      return { draft: { id, prompt, category: type, ...(twin === undefined ? {} : { twin }) } };
    };
  },
};

function twinOf({ id = '', type = '' }: Fields, safe: ReadonlyMap<string, Fields>): Fields | undefined {
  const found = safe.get(String(Number(id) - contrastOffset));
  return found !== undefined && type === `contrast_${found.type}` ? found : undefined;
}
