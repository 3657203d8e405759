import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { axes, type DesignParts } from './study.ts';

const numbers = z.union([z.number(), z.array(z.number())]);
const Expected = z.object({
  value: numbers,
  tolerance: z.number(),
  ci: z.array(z.number()).optional(),
  ciTolerance: z.number().optional(),
  p: z.number().optional(),
  pTolerance: z.number().optional(),
});
export type ExpectedFigure = z.infer<typeof Expected>;

/** The synthetic study of 30 vignettes: totals of three arms from 5 to 25, and every figure that its analysis must give. */
export const syn30 = z
  .object({
    data: z.object({
      M: z.array(z.number()),
      P1: z.array(z.number()),
      P2: z.array(z.number()),
      passThreshold: z.number(),
    }),
    expected: z.record(z.string(), Expected),
  })
  .parse(JSON.parse(readFileSync('test/fixtures/statistics/P11.json', 'utf8')));

/** The fixture's arms by their ids in the study. */
export const syn30Arms = { model: syn30.data.M, pgy2: syn30.data.P2, pgy1: syn30.data.P1 };

/** The text by which a test knows which answer it rates; it names neither arm nor vignette. */
export function syn30Text(arm: string, vignette: string): string {
  const number = 7919 * Number(vignette.slice(1)) + 104_729 * Object.keys(syn30Arms).indexOf(arm);
  return `Answer ${(number * 2_654_435_761) % 4_294_967_296}`;
}

/**
 * Scores of two raters on five axes from 1 to 5, whose mean total is the fixture's: one rater is above it by one on every other
 * vignette, the other below by as much. The fixture's totals go from 5 to 25, so it needs five axes and not the profile's four.
 */
export function syn30Scores(): (text: string, rater: string) => { [axis: string]: number } {
  const totals = new Map<string, { total: number; index: number }>();
  for (const [arm, values] of Object.entries(syn30Arms))
    for (const [index, total] of values.entries()) totals.set(syn30Text(arm, `v${index + 1}`), { total, index });
  return (text, rater) => {
    const found = totals.get(text);
    if (found === undefined) throw new Error(`"${text}" is no answer of the study.`);
    const apart = found.index % 2 === 1 && found.total < 25 && found.total > 5 ? 1 : 0;
    const total = found.total + (rater === 'rater-a' ? apart : -apart);
    return Object.fromEntries(
      syn30Axes.map((axis, i) => [axis, Math.floor(total / 5) + (i < total % 5 ? 1 : 0)] as const),
    );
  };
}

export const syn30Axes = ['a1', 'a2', 'a3', 'a4', 'a5'];

/** The fixture as a design: the model against second-year residents, by the exact signed-rank test and BCa. */
export function syn30Design(parts: DesignParts = {}, registration: DesignParts = {}): DesignParts {
  return {
    title: 'SYN-30',
    illustrative: true,
    forRaters: { title: 'Thirty vignettes' },
    seed: 30,
    // PGY2 stands before PGY1, so that the differences have the signs of the fixture.
    arms: [
      { id: 'model', kind: 'model', ref: 'endpoint:zebra-model' },
      { id: 'pgy2', kind: 'resident', year: 2 },
      { id: 'pgy1', kind: 'resident', year: 1 },
    ],
    vignettes: syn30.data.M.map((_, i) => ({ id: `v${i + 1}`, text: `Invented vignette ${i + 1}.`, language: 'en' })),
    rating: { axes: axes(...syn30Axes) },
    raters: { perResponse: 2, accounts: ['rater-a', 'rater-b'] },
    registration: {
      outcome: { of: 'total' },
      contrast: { a: 'model', b: 'pgy2' },
      hypothesis: { claim: 'difference' },
      test: 'wilcoxon.exactPermutation.zerosDropped',
      interval: 'bootstrapMean.bca',
      secondary: [
        { contrast: { a: 'model', b: 'pgy1' }, outcome: { of: 'total' } },
        { contrast: { a: 'pgy2', b: 'pgy1' }, outcome: { of: 'total' } },
      ],
      beside: { margin: 1, passThreshold: syn30.data.passThreshold, passMargin: 0.1 },
      assumptions: { difference: 0.7, sd: 1.2, discordance: 0.2 },
      ...registration,
    },
    ...parts,
  };
}
