import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256Hex } from '../core/hash.ts';
import { approvalObstacle, modelDigest, openableEndpoint, parseRef } from './model.ts';
import { ModelEndpoint, RegisterInput } from './schema.ts';

const digestOf = (text: string): string => sha256Hex(text);
const elsewhere = { type: 'openai', baseUrl: 'http://127.0.0.1:1/v1', model: 'm' } as const;
const file = (path: string, text: string) => ({ path, sha256: digestOf(text) });

test('one file of weights is known by its own SHA-256', () => {
  expect(modelDigest([file('a.gguf', 'weights')])).toBe(digestOf('weights'));
});

test('several files have one digest, whatever their order and places', () => {
  const texts = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(texts, fc.string(), (texts, folder) => {
      const here = texts.map((text, index) => file(`shard-${index}`, text));
      const elsewhere = here.map((one) => ({ ...one, path: `${folder}/${one.path}` })).reverse();
      expect(modelDigest(elsewhere)).toBe(modelDigest(here));
      const changed = here.map((one, index) => (index === 0 ? file(one.path, `${texts.join()}!`) : one));
      expect(modelDigest(changed)).not.toBe(modelDigest(here));
    }),
  );
});

test('a reference without a known kind is refused', () => {
  expect(parseRef('model:sft')).toEqual({ kind: 'model', name: 'sft' });
  expect(parseRef('endpoint:judge')).toEqual({ kind: 'endpoint', name: 'judge' });
  for (const bad of ['sft', 'model:', 'file:/etc/passwd', ':x'])
    expect(() => parseRef(bad)).toThrow(/endpoint:NAME or model:NAME/);
});

test('relative paths of weights start at the workspace, absolute ones stay', () => {
  const endpoint = {
    type: 'llama',
    gguf: 'models/base.gguf',
    lora: '/elsewhere/a.gguf',
    contextSize: 64,
    sequences: 1,
  } as const;
  expect(openableEndpoint('/here', digestOf('x'), endpoint)).toMatchObject({
    gguf: '/here/models/base.gguf',
    lora: '/elsewhere/a.gguf',
  });
});

test('replies of a server are kept apart by the digest of the weights it serves', () => {
  const endpoint = { ...elsewhere, concurrency: 1, timeoutMs: 1, maxRetries: 0 };
  expect(openableEndpoint('/here', digestOf('x'), endpoint)).toMatchObject({ identity: digestOf('x') });
});

test('a registration cannot say which secret is sent to its server', () => {
  expect(ModelEndpoint.safeParse(elsewhere).success).toBe(true);
  expect(ModelEndpoint.safeParse({ ...elsewhere, apiKeyEnv: 'SAFEMED_KEY_PASSPHRASE' }).success).toBe(false);
});

test('the obstacle names each overlapped set and a question of it', () => {
  expect(approvalObstacle([])).toBeUndefined();
  expect(approvalObstacle([{ set: 'exam-en', questions: 2, ids: ['x-1', 'x-2'] }])).toContain(
    'exam-en (2, for example x-1)',
  );
});

test('a model trained here cannot be registered without saying on which questions', () => {
  const input = { name: 'sft', kind: 'adapter', files: [file('a', 'a')], base: 'base', endpoint: elsewhere };
  expect(RegisterInput.safeParse(input).success).toBe(true);
  for (const more of [{ release: 'r1' }, { trainedOn: ['q'] }, { run: 'run-1' }, { run: 'run-1', trainedOn: ['q'] }])
    expect(RegisterInput.safeParse({ ...input, ...more }).success).toBe(false);
  expect(RegisterInput.safeParse({ ...input, run: 'run-1', release: 'r1', trainedOn: ['q'] }).success).toBe(true);
  expect(RegisterInput.safeParse({ ...input, base: undefined }).success).toBe(false);
});
