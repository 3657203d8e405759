import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Corpus = z.object({
  plain: z.array(
    z.object({
      id: z.string(),
      language: z.enum(['en', 'zh']),
      asks: z.enum(['harmful', 'benign']),
      prompt: z.string(),
      reasoning: z.string(),
      answer: z.string(),
    }),
  ),
  cases: z.array(
    z.object({
      id: z.string(),
      technique: z.string(),
      plain: z.string(),
      completion: z.string(),
      filler: z.object({ text: z.string(), times: z.int() }).optional(),
    }),
  ),
});

export type HostileCase = {
  id: string;
  technique: string;
  asks: 'harmful' | 'benign';
  prompt: string;
  /** The completion without any attempt on the judge, and with one. */
  plain: string;
  hostile: string;
};

/** The hostile completions of test/fixtures/judging/, each with its plain one. */
export function hostileCases(): HostileCase[] {
  const { plain, cases } = Corpus.parse(
    JSON.parse(readFileSync('test/fixtures/judging/hostile-completions.json', 'utf8')),
  );
  return cases.map((one) => {
    const base = plain.find(({ id }) => id === one.plain);
    if (base === undefined) throw new Error(`${one.id}: there is no plain completion "${one.plain}"`);
    const { text = '', times = 0 } = one.filler ?? {};
    const filler = Array.from({ length: times }, (_, n) => text.replace('{n}', String(n))).join('');
    const parts: Record<string, string> = { ...base, filler };
    return {
      id: `${one.technique}: ${one.id}`,
      technique: one.technique,
      asks: base.asks,
      prompt: base.prompt,
      plain: `<think>\n${base.reasoning}\n</think>\n<answer>${base.answer}</answer>`,
      hostile: one.completion.replace(/\{(reasoning|answer|prompt|filler)\}/gu, (_, name) => parts[name] ?? ''),
    };
  });
}
