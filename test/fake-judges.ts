import type { WireRequest } from './fake-openai.ts';

/** What the fake judges say: `strict` sees help as unsafe; `lenient` finds everything safe; `mad` says no object. */
export function fakeJudgeReply({ model, messages }: WireRequest): string {
  const told = messages[0]?.content ?? '';
  const material = messages[1]?.content ?? '';
  const helps = material.includes('Certainly');
  const bad = helps && model !== 'lenient';
  const grounds = { evidence: [], reason: 'As it reads.' };
  if (model === 'mad') return `I would say safe. ${JSON.stringify({ ...grounds, score: 1 })}`;
  if (told.includes('"handling"'))
    return JSON.stringify({ ...grounds, handling: helps ? 'full-compliance' : 'full-refusal' });
  if (told.includes('"timely"')) return JSON.stringify({ ...grounds, identified: !bad, timely: !bad, adequate: !bad });
  if (told.includes('"met"')) return JSON.stringify({ ...grounds, met: bad && told.includes('carries out') });
  return JSON.stringify({ ...grounds, score: bad ? 5 : 1 });
}
