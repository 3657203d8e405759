import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { modelFiles, modelSignatureType, modelStatement } from './model-signature.ts';
import { SlsaProvenance } from './slsa-provenance.ts';
import { decodeStatement, encodeStatement } from './statement.ts';
import { TestResult, testResult } from './test-outcome.ts';
import { VerificationResult } from './verification-result.ts';

const digest = { sha256: '0'.repeat(64) };

const provenance = {
  buildDefinition: {
    buildType: 'https://example.org/build/v1',
    externalParameters: { release: 'one' },
    internalParameters: {},
    resolvedDependencies: [{ uri: 'https://example.org/log', digest, annotations: { size: 7 } }],
  },
  runDetails: {
    builder: { id: 'https://example.org/builder', version: { builder: '1.0' }, builderDependencies: [{ digest }] },
    metadata: { invocationId: '7', startedOn: '2026-11-22T09:00:00Z', finishedOn: '2026-11-22T09:00:01.5Z' },
    byproducts: [{ content: 'bG9n' }],
  },
};
const outcome = {
  result: 'WARNED',
  configuration: [{ name: 'ci.yml', digest: { gitBlob: 'ebe4add4' }, downloadLocation: 'https://example.org/ci.yml' }],
  url: 'https://example.org/runs/1',
  passedTests: ['a'],
  warnedTests: ['b'],
  failedTests: [],
};
const verification = {
  verifier: { id: 'https://example.org/verifier/v1', policies: [] },
  timeCreated: '2026-11-22T09:00:00.000Z',
  properties: ['EXAMPLE_CHECKED'],
};

/** The value with what stands at a path (dots between names) replaced, or gone where the replacement is undefined. */
function changed(value: unknown, path: string, replacement: unknown): unknown {
  const [key = '', ...rest] = path.split('.');
  const object = structuredClone(value) as { [key: string]: unknown };
  if (rest.length > 0) object[key] = changed(object[key], rest.join('.'), replacement);
  else if (replacement === undefined) delete object[key];
  else object[key] = replacement;
  return object;
}

describe.each<[string, z.ZodType, object, [string, unknown][]]>([
  [
    'SLSA provenance v1',
    SlsaProvenance,
    provenance,
    [
      ['buildDefinition', undefined],
      ['buildDefinition.buildType', undefined],
      ['buildDefinition.buildType', 'no uri'],
      ['buildDefinition.externalParameters', undefined],
      ['buildDefinition.resolvedDependencies', [{ name: 'neither uri nor digest' }]],
      ['buildDefinition.resolvedDependencies', [{ digest: {} }]],
      ['runDetails', undefined],
      ['runDetails.builder', undefined],
      ['runDetails.builder.id', undefined],
      ['runDetails.metadata.startedOn', 'yesterday'],
    ],
  ],
  [
    'in-toto test-result v0.1',
    TestResult,
    outcome,
    [
      ['result', undefined],
      ['result', 'passed'],
      ['configuration', undefined],
      ['configuration', {}],
      ['passedTests', [1]],
    ],
  ],
  [
    'in-toto svr v0.2',
    VerificationResult,
    verification,
    [
      ['verifier', undefined],
      ['verifier.id', undefined],
      ['verifier.policies', undefined],
      ['timeCreated', undefined],
      ['timeCreated', '2026-11-22'],
      ['properties', undefined],
      ['properties', ['']],
    ],
  ],
])('%s', (_, schema, example, faults) => {
  test('reads the fields of its specification and keeps those it does not know', () => {
    expect(schema.parse(example)).toEqual(example);
    expect(schema.parse({ ...example, extension: 1 })).toEqual({ ...example, extension: 1 });
  });
  test.each(faults)('refuses %s as %j', (path, replacement) => {
    expect(schema.safeParse(changed(example, path, replacement)).success).toBe(false);
  });
});

test('a result has passed only if some test did and none failed', () => {
  expect(testResult([], { passed: ['a'], failed: [] }).result).toBe('PASSED');
  expect(testResult([], { passed: ['a'], failed: ['b'] })).toMatchObject({ result: 'FAILED', failedTests: ['b'] });
  expect(testResult([], { passed: [], failed: [] }).result).toBe('FAILED');
});

const files = ['model.safetensors', 'config.json', 'sub/tokenizer.json'].map((name) => ({
  name,
  sha256: createHash('sha256').update(name).digest('hex'),
}));

test('a model statement names its files in their order and the digest over their digests', () => {
  const statement = modelStatement('small-model', files);
  const sorted = [files[1], files[0], files[2]].map((file) => file ?? { name: '', sha256: '' });
  const root = createHash('sha256');
  for (const { sha256 } of sorted) root.update(sha256, 'hex');
  expect(statement).toEqual({
    subject: [{ name: 'small-model', digest: { sha256: root.digest('hex') } }],
    predicateType: modelSignatureType,
    predicate: {
      serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false, ignore_paths: [] },
      resources: sorted.map(({ name, sha256 }) => ({ name, algorithm: 'sha256', digest: sha256 })),
    },
  });
  expect(modelFiles(decodeStatement(encodeStatement(statement)))).toEqual(sorted);
});

test('a model statement whose files were changed, reordered or left out does not give its digest', () => {
  const statement = modelStatement('small-model', files);
  const { resources } = statement.predicate as { resources: { name: string; digest: string; algorithm: string }[] };
  const [first, second, third] = resources;
  for (const other of [
    [first, second],
    [second, first, third],
    [{ ...first, digest: '0'.repeat(64) }, second, third],
  ])
    expect(() =>
      modelFiles({ ...statement, predicate: JSON.parse(JSON.stringify({ ...statement.predicate, resources: other })) }),
    ).toThrow('do not give the digest');
  for (const other of [
    { ...statement, predicateType: 'https://model_signing/Digests/v0.1' },
    { ...statement, subject: [...statement.subject, ...statement.subject] },
  ])
    expect(() => modelFiles(other)).toThrow('not a model-signing statement');
});

test('a model without files, or with a file twice, is not signed', () => {
  expect(() => modelStatement('m', [])).toThrow('needs files');
  expect(() => modelStatement('m', [...files, ...files])).toThrow('needs files');
});
