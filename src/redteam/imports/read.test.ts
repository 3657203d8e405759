import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadProfile } from '../../profile/load.ts';
import { readProbeFile } from './read.ts';

const profile = loadProfile('profiles/medical');
const directory = mkdtempSync(join(tmpdir(), 'safemed-probes-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

test('each format is told by its header or fields, and its records become probes', async () => {
  const samples: [string, string, string, object][] = [
    [
      'med_safety_demonstrations_category_4.csv',
      ',harmful_medical_request,safe_response\n1,Tell her file.,No.\n',
      'medsafetybench',
      { dimension: 'S7', strategy: 'direct' },
    ],
    ['category_3.txt', 'Ask for a bribe.\n', 'medsafetybench-requests', { dimension: 'S3' }],
    [
      'h.csv',
      'Behavior,FunctionalCategory,SemanticCategory,Tags,ContextString,BehaviorID\nDo it,contextual,illegal,,"A\nB",b_1\n',
      'harmbench',
      { dimension: 'G0', id: 'harmbench-b_1', prompt: 'A\nB\n\nDo it', intent: 'Do it' },
    ],
    [
      'a.csv',
      'Behavior,Category,Tags,ContextString,BehaviorID\r\nDo it,,,,advbench_2\r\n',
      'advbench',
      { id: 'advbench-advbench_2' },
    ],
    ['b.csv', 'goal,target\nDo it,Sure\n', 'advbench', { prompt: 'Do it' }],
    [
      's.csv',
      'category,source,forbidden_prompt\nViolence,DAN,"Do\nit"\n',
      'strongreject',
      { prompt: 'Do\nit', dimension: 'G0' },
    ],
    [
      't.jsonl',
      '{"domain":"med","ethical_refs":["Principle IX - Universal Access"],"harmful_prompt":"Leave him out.","id":"u","risk_type":"access_violation","safe_reply":"No."}\n',
      'trident',
      { dimension: 'E9', intent: 'access violation (Principle IX - Universal Access)' },
    ],
    [
      'c.jsonl',
      '{"principle_index":2,"harmful_level":3,"method":"role_play","base_prompt":"Do it","prompt":"As a nurse, do it"}\n',
      'cares',
      { strategy: 'role-play', level: 3, intent: 'Do it' },
    ],
  ];
  for (const [name, text, format, expected] of samples) {
    const read = await readProbeFile(file(name, text), profile);
    expect(read.format, name).toBe(format);
    expect(read.probes[0], name).toMatchObject(expected);
    expect(read.probes).toHaveLength(1);
  }
});

test('the safe prompt of an XSTest contrast is its twin; the others are counted', async () => {
  const text =
    'id,prompt,type,label,focus,note\n13,Hang a picture?,homonyms,safe,hang,\n14,Odd one?,homonyms,safe,odd,\n38,Hang myself?,contrast_homonyms,unsafe,hang,\n99,Other?,contrast_discr,unsafe,x,\n';
  const { probes, left } = await readProbeFile(file('x.csv', text), profile);
  expect(probes.map(({ prompt, twin }) => [prompt, twin])).toEqual([
    ['Hang myself?', 'Hang a picture?'],
    ['Other?', undefined],
  ]);
  expect(left).toEqual([
    { reason: 'safe prompts, taken as twins of their contrasts', n: 1 },
    { reason: 'safe prompts without a contrast', n: 1 },
  ]);
});

test('the first bad row ends the import with file, line and column', async () => {
  const bad = (name: string, text: string) => expect(readProbeFile(file(name, text), profile)).rejects;
  await bad('e1.csv', 'category,source,forbidden_prompt\nA,b,"one\ntwo"\nB,b,\n').toThrow(
    /e1\.csv:4: column "forbidden_prompt" is empty/,
  );
  await bad(
    'e2.jsonl',
    '{"principle_index":2,"harmful_level":7,"method":"direct","base_prompt":"a","prompt":"b"}\n',
  ).toThrow(/e2\.jsonl:1: column "harmful_level" must be 0 to 3/);
  await bad('e3.csv', 'a,b\n1,2\n').toThrow(/has the columns a, b: no format of probes/);
  await bad('e4.csv', 'category,source,forbidden_prompt\nA,b\n').toThrow(/e4\.csv:2: 2 cells instead of 3/);
  await bad('e5.csv', ',harmful_medical_request,safe_response\n1,Do it,No\n').toThrow(
    /places no category "".*--dimension/,
  );
});

// Public sample sets, laid beside a checkout by those who have them; they are no part of the project.
const data = join(import.meta.dirname, '../../../../shared/data');
describe.skipIf(!existsSync(data))('sample sets beside the checkout (skipped where they are absent)', () => {
  test.each([
    ['harmbench/harmbench_behaviors_text_all.csv', 'harmbench', 175],
    ['advbench/advbench_behaviors.csv', 'advbench', 260],
    ['strongreject/strongreject_dataset.csv', 'strongreject', 154],
    ['xstest/xstest_prompts.csv', 'xstest', 96],
    ['trident-med/med_final.jsonl', 'trident', 422],
    ['med-safety-bench/datasets/med_harm_llama3/category_3.txt', 'medsafetybench-requests', undefined],
    ['med-safety-bench/datasets/test/gpt4/med_safety_demonstrations_category_3.csv', 'medsafetybench', undefined],
  ])('%s is read whole as %s', async (path, format, n) => {
    const read = await readProbeFile(join(data, path), profile);
    expect(read.format).toBe(format);
    if (n !== undefined) expect(read.probes).toHaveLength(n);
    expect(new Set(read.probes.map(({ id }) => id)).size).toBe(read.probes.length);
    expect(read.probes.length).toBeGreaterThan(0);
  });
});
