import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SealedRelease, sealRelease } from '../../test/sealed-release.ts';
import { openRun } from '../../test/training-run.ts';
import { transact } from '../context/context.ts';
import { textDigest } from '../judging/text.ts';
import { frozenRelease } from '../release/actions.ts';
import { sealedRows } from '../release/export/export.ts';
import { objectAt, textAt } from '../verify/fields.ts';
import { writeTrainingData } from './data.ts';
import { holdOut } from './held-out.ts';

let release: SealedRelease;
beforeAll(async () => {
  release = await sealRelease(['guard']);
}, 240_000);
afterAll(() => release.close());

test('a run writes its rows while none is held out, and is refused as soon as one question of its release is', async () => {
  const ctx = await release.as('engineer');
  for (const [stage, from] of [
    ['sft', undefined],
    ['grpo', 'sft-run'],
  ] as const) {
    const run = await openRun(release.app, { stage, name: `${stage}-run`, ...(from === undefined ? {} : { from }) });
    const { composition } = await writeTrainingData(ctx, run, join(release.scratch, `before-${stage}`));
    expect(composition.rows).toBeGreaterThan(0);
  }
  let text = '';
  let id = '';
  for await (const row of sealedRows(await frozenRelease(ctx, 'one'), 'rows')) {
    text = textAt(objectAt(row, 'question', 'the row'), 'text', 'question');
    id = textAt(row, 'id', 'the row');
  }
  await transact(ctx, (ctx) => holdOut(ctx, [textDigest(` ${text.toUpperCase()}`)], 'the red team'));
  for (const stage of ['sft', 'dpo', 'reward', 'grpo'] as const) {
    const run = await openRun(release.app, {
      stage,
      name: `${stage}-after`,
      ...(stage === 'grpo' ? { from: 'x' } : {}),
    });
    const directory = join(release.scratch, `after-${stage}`);
    await expect(writeTrainingData(ctx, run, directory)).rejects.toThrow(`${id} (held out for the red team)`);
    expect(existsSync(join(directory, 'data'))).toBe(false);
  }
});
