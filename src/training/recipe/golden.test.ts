import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askRecipe, type ReceivedRecipe } from '../../../test/recipe.ts';
import { type SealedRelease, sealRelease } from '../../../test/sealed-release.ts';
import { sha256Hex } from '../../core/hash.ts';
import { recipeEngines } from './engines.ts';
import type { RecipeEngine } from './schema.ts';

const judge = {
  type: 'openai',
  baseUrl: 'http://127.0.0.1:9/v1',
  model: 'judge-model',
  concurrency: 1,
  timeoutMs: 1000,
  maxRetries: 0,
} as const;
const reward = { kind: 'rubric', endpoint: 'judge' };
const golden = resolve('test/fixtures/recipes');

let sealed: SealedRelease;
let scratch = '';
beforeAll(async () => {
  sealed = await sealRelease(['knowledge', 'guard'], {}, { judge });
  scratch = await mkdtemp(join(tmpdir(), 'recipes-'));
}, 240_000);
afterAll(async () => {
  await sealed.close();
  await rm(scratch, { recursive: true, force: true });
});

const cases = (Object.keys(recipeEngines) as RecipeEngine[]).flatMap((engine) =>
  recipeEngines[engine].stages.map((stage) => ({ engine, stage })),
);

function ask(engine: RecipeEngine, stage: string, rest: object = {}): Promise<ReceivedRecipe> {
  const grpo =
    stage === 'grpo'
      ? { name: `${engine}-${stage}`, reward, preset: 'robust', server: 'https://safemed.example.org' }
      : {};
  return askRecipe(sealed.app, { engine, stage, release: 'one', ...grpo, ...rest });
}

describe.each(cases)('$engine $stage', ({ engine, stage }) => {
  let recipe: ReceivedRecipe;
  beforeAll(async () => {
    recipe = await ask(engine, stage);
  });

  test('the files are those that were looked at', async () => {
    const manifest = recipe.head.composition.manifestSha256;
    const run = recipe.head.run?.id ?? manifest;
    for (const [path, text] of recipe.files) {
      if (/^(?:SHA256SUMS|ids\/|data\/validation|safemed_)/.test(path)) continue;
      const shown = path === 'data/train.jsonl' ? `${text.split('\n', 1)[0]}\n` : text;
      await expect(shown.replaceAll(manifest, 'MANIFEST').replaceAll(run, 'RUN')).toMatchFileSnapshot(
        join(golden, `${engine}-${stage}`, path),
      );
    }
  });

  test('its checksums are those of its files, and its lines are as many as it says', () => {
    const sums = recipe.files.get('SHA256SUMS')?.trimEnd().split('\n') ?? [];
    expect(sums).toHaveLength(recipe.files.size - 1);
    for (const line of sums) {
      const [digest, path = ''] = line.split('  ');
      expect(sha256Hex(recipe.files.get(path) ?? ''), path).toBe(digest);
    }
    for (const { path, sha256 } of recipe.head.files) expect(sha256Hex(recipe.files.get(path) ?? '')).toBe(sha256);
    const lines = (path: string): number => (recipe.files.get(path)?.split('\n').length ?? 1) - 1;
    expect(lines('data/train.jsonl')).toBe(recipe.head.composition.rows);
    expect(lines('ids/train.txt')).toBe(recipe.head.composition.rows);
  });

  test('the same recipe asked for again has the same bytes', async () => {
    expect((await ask(engine, stage)).files).toEqual(recipe.files);
  });
});
