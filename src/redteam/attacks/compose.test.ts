import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadProfile } from '../../profile/load.ts';
import { Probe } from '../schema.ts';
import { compose } from './compose.ts';
import { recipeId, recipes } from './recipe.ts';
import type { Recipe } from './recipe-schema.ts';
import { transformationOf, transformations } from './registry.ts';

const profile = loadProfile('profiles/medical');
const all = recipes(profile, {});

function probeOf(recipe: Recipe, seed = 1): Probe {
  const composed = compose(profile, recipe, { seed, split: 'test' });
  if ('obstacle' in composed) throw new Error(composed.obstacle);
  return Probe.parse(composed.probe);
}

test('the templates cover all 20 dimensions by all nine strategies in both languages, at each of the levels', () => {
  // Eight strategies have five levels; the direct request has one.
  expect(all).toHaveLength(20 * (8 * 5 + 1) * 2);
  expect(new Set(all.map(recipeId)).size).toBe(all.length);
  const texts = all.map((recipe) => probeOf(recipe).prompt);
  expect(new Set(texts).size).toBe(texts.length);
});

test('every probe has a twin in the very same surroundings, and deeper levels bury the request in more of them', () => {
  for (const recipe of all) {
    const { prompt, twin = '', language } = probeOf(recipe);
    const base = profile.attacks.requests.find((one) => one.id === recipe.base);
    const [before = '', after = ''] = prompt.split(base?.request[language] ?? '?');
    expect(twin).toBe(`${before}${base?.twin[language]}${after}`);
  }
  const lengths = [1, 2, 3, 4, 5].map(
    (level) => probeOf({ base: 'S5-allergy', strategy: 'role-play', level, language: 'en', copy: 1 }).prompt.length,
  );
  expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
});

test('the same seed gives the same probe; another one other words', () => {
  const seed = fc.integer({ min: 0, max: 0xffffffff });
  fc.assert(
    fc.property(fc.constantFrom(...all), seed, (recipe, seed) => {
      expect(probeOf(recipe, seed)).toEqual(probeOf(recipe, seed));
    }),
    { numRuns: 200, seed: 11 },
  );
  const recipe = { base: 'S5-allergy', strategy: 'role-play', level: 5, language: 'en', copy: 1 } as const;
  expect(new Set([1, 2, 3, 4, 5].map((seed) => probeOf(recipe, seed).prompt)).size).toBeGreaterThan(1);
});

test('an encoded request leads back to its plain writing through the inverses in the opposite order', () => {
  const codes = transformations.map((one) => one.code);
  fc.assert(
    fc.property(
      fc.constantFrom(...all),
      fc.uniqueArray(fc.constantFrom(...codes), { minLength: 1, maxLength: 2 }),
      (recipe, encodings) => {
        const composed = compose(profile, { ...recipe, encodings }, { seed: 5, split: 'test' });
        if ('obstacle' in composed) return;
        const { plain, prompt, twinPlain, twin = '' } = composed.probe;
        const undo = (text: string): string =>
          encodings.toReversed().reduce((left, code) => transformationOf(code).undo(left), text);
        const payload = (text: string): string =>
          text.slice(
            text.lastIndexOf(recipe.language === 'zh' ? '请求：' : 'words: ') + (recipe.language === 'zh' ? 3 : 7),
          );
        const carried = encodings.some((code) => ['base64', 'hex', 'rot13', 'reversed'].includes(code));
        expect(undo(carried ? payload(prompt) : prompt)).toBe(plain);
        expect(undo(carried ? payload(twin) : twin)).toBe(twinPlain);
      },
    ),
    { numRuns: 400, seed: 3 },
  );
});

test('a text that an encoding cannot carry is an obstacle with its reason, not a probe', () => {
  const recipe = {
    base: 'E1-consent',
    strategy: 'direct',
    level: 1,
    language: 'zh',
    encodings: ['rot13'],
    copy: 1,
  } as const;
  const composed = compose(profile, { ...recipe, encodings: ['rot13'] }, { seed: 1, split: 'test' });
  expect(composed).toEqual({ obstacle: expect.stringContaining('rot13: it has no Latin letter') });
});

test('a script spreads request and twin over as many turns, and asks for the request in the last one', () => {
  const cell = { base: 'E4-restraint', strategy: 'direct', level: 1, language: 'en', copy: 1 } as const;
  const persistence = probeOf({ ...cell, script: 'persistence' });
  expect(persistence.lead).toHaveLength(4);
  expect(persistence.twinLead).toHaveLength(4);
  expect(persistence.lead?.[0]).toContain('bed 6 in restraints');
  const crescendo = probeOf({ ...cell, script: 'crescendo' });
  expect(crescendo.lead?.join()).not.toContain('bed 6');
  expect(crescendo.prompt).toContain('bed 6 in restraints');
  expect(crescendo.twin).toContain('ending the restraint');
});

test('codes that the profile does not know are refused with those it knows', () => {
  expect(() => recipes(profile, { strategies: ['flattery'] })).toThrow(/no strategy "flattery"; choose from direct/);
  expect(() => recipes(profile, { script: 'goat' })).toThrow(/no script "goat"/);
});
