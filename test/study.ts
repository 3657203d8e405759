import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { RatingPage } from '../src/study/rating-schema.ts';
import { Study } from '../src/study/schema.ts';
import { openTestApp, type TestApp } from './app.ts';

/** What a design in a test may say otherwise than the one below. */
export type DesignParts = { [part: string]: unknown };

const anchors = [1, 2, 3, 4, 5].map((n) => ({ en: `Anchor ${n}`, zh: `描述${n}` }));

/** Axes of a study's own, with anchors that say nothing. */
export function axes(...ids: string[]) {
  return ids.map((id) => ({ id, name: { en: id, zh: id }, anchors }));
}

/** Three arms on so many vignettes, two raters, one test and one interval; invented. */
export function design(vignettes: number, parts: DesignParts = {}, registration: DesignParts = {}): DesignParts {
  return {
    title: 'ZEBRA against residents',
    illustrative: true,
    forRaters: { title: 'Answers to medication questions', instructions: 'Rate what the answer says.' },
    seed: 7,
    arms: [
      { id: 'zebra', kind: 'model', ref: 'endpoint:zebra-model' },
      { id: 'okapi', kind: 'resident', year: 2 },
      { id: 'quagga', kind: 'attending' },
    ],
    vignettes: Array.from({ length: vignettes }, (_, i) => ({
      id: `v${i + 1}`,
      text: `Vignette ${i + 1}: a patient on warfarin asks for an analgesic.`,
      language: 'en',
    })),
    rating: { axes: axes('one', 'two') },
    raters: { perResponse: 2, accounts: ['rater-a', 'rater-b'] },
    registration: {
      outcome: { of: 'total' },
      contrast: { a: 'zebra', b: 'okapi' },
      hypothesis: { claim: 'difference' },
      test: 'wilcoxon.exactPermutation.zerosDropped',
      interval: 'bootstrapMean.bca',
      assumptions: { difference: 3, sd: 1 },
      ...registration,
    },
    ...parts,
  };
}

/** An application with the model of the design above, and two raters. */
export async function studyApp(): Promise<TestApp> {
  const app = await openTestApp({
    endpoints: {
      'zebra-model': {
        type: 'openai',
        baseUrl: 'http://127.0.0.1:9',
        model: 'zebra',
        concurrency: 1,
        timeoutMs: 1000,
        maxRetries: 0,
      },
    },
  });
  await app.account('rater-a', ['reviewer']);
  await app.account('rater-b', ['reviewer']);
  return app;
}

/** Every arm's answer to every vignette, with the arm's name nowhere in it. */
export function responses(of: DesignParts, textOf = (arm: string, vignette: string) => `${arm.length}-${vignette}`) {
  const arms = of.arms as { id: string; people?: number }[];
  const vignettes = of.vignettes as { id: string }[];
  return arms
    .flatMap((arm) =>
      Array.from({ length: arm.people ?? 1 }, (_, person) =>
        vignettes.map((vignette) => ({
          arm: arm.id,
          vignette: vignette.id,
          person: person + 1,
          text: textOf(arm.id, vignette.id),
        })),
      ).flat(),
    )
    .map((row, index) => ({ ...row, line: index + 2 }));
}

/** Sends as an engineer and expects it to be done. */
export async function asMaker(app: TestApp, method: string, path: string, body?: unknown): Promise<Study> {
  const reply = await app.as('engineer').send(method, `/v1/studies${path}`, body);
  expect([path, reply.status < 300, reply.status < 300 ? '' : reply.body]).toEqual([path, true, '']);
  return Study.parse(reply.body);
}

/** Creates, registers, fills and opens a study; returns it. */
export async function openedStudy(app: TestApp, of: DesignParts, rows = responses(of)): Promise<Study> {
  const { id } = await asMaker(app, 'POST', '', { design: of });
  await asMaker(app, 'POST', `/${id}/register`, { lowPower: 'It tests the program.' });
  const imported = await app.as('engineer').send('POST', `/v1/studies/${id}/responses`, { rows });
  expect(imported).toMatchObject({ status: 200, body: { added: rows.length } });
  return asMaker(app, 'POST', `/${id}/open`, {});
}

export type Score = (text: string, rater: string) => { [axis: string]: number };

/** One rater rates all that is left, by the text that is shown. */
export async function rateAll(app: TestApp, study: string, rater: string, score: Score): Promise<RatingPage> {
  const send = await app.account(rater, ['reviewer']);
  for (;;) {
    const { status, body } = await send('GET', `/v1/studies/${study}/rating`);
    expect(status).toBe(200);
    const page = RatingPage.parse(body);
    if (page.item === undefined) return page;
    const given = { key: randomUUID(), item: page.item.id, scores: score(page.item.text, rater), seconds: 30 };
    expect(await send('POST', `/v1/studies/${study}/ratings`, given)).toMatchObject({ status: 200 });
  }
}
