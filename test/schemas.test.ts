import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseLogProof } from '../src/ledger/checkpoints/tlog-proof.ts';
import { proveRecord } from '../src/verify/prove.ts';
import { verifyExport } from '../src/verify/verify-export.ts';
import { bundledSchema, schemaNames, schemaTest } from './json-schema.ts';
import {
  leafOf,
  linesOf,
  type OpeningLine,
  openingsFile,
  rewrite,
  type SealedRelease,
  sealRelease,
  statementOf,
  trainFile,
} from './sealed-release.ts';

/** Values of a real export (and of reports on it) by the schema that describes them. */
const values = new Map<string, unknown[]>();
let release: SealedRelease;

beforeAll(async () => {
  release = await sealRelease(['guard']);
  const { sealed } = release;
  const parsed = async (file: string): Promise<unknown[]> =>
    (await linesOf(sealed, file)).map((line) => JSON.parse(line));
  const openings = (await parsed(openingsFile)) as OpeningLine[];
  const decode = (base64: string): unknown => JSON.parse(Buffer.from(base64, 'base64').toString());
  const envelopes = openings
    .filter((one) => one.envelope !== undefined)
    .map((one) => decode(one.envelope) as { payload: string });
  const statements = envelopes.map(({ payload }) => decode(payload) as { predicate: { type: string; data: unknown } });
  const dataOf = (type: string): unknown[] =>
    statements.filter((one) => one.predicate.type === type).map((one) => one.predicate.data);
  values.set('opening', openings);
  values.set(
    'leaf',
    openings.map((one) => decode(one.leaf)),
  );
  values.set('envelope', [...envelopes, JSON.parse(await readFile(join(sealed, 'MANIFEST.dsse'), 'utf8'))]);
  values.set('statement', statements);
  values.set('policy', dataOf('policy.published'));
  values.set('seal', dataOf('dataset.sealed'));
  values.set('row', [...(await parsed(trainFile)), ...(await parsed('data/validation.jsonl'))]);
  values.set('pair', await parsed('data/preferences.jsonl'));
  const records = await parsed('provenance/records.jsonl');
  values.set('record', records);
  values.set('key', await parsed('provenance/keys.jsonl'));
  values.set('manifest', [JSON.parse(await readFile(join(sealed, 'MANIFEST.json'), 'utf8'))]);
  const { extra } = parseLogProof((await proveRecord(sealed, (records[0] as { id: string }).id)).text);
  values.set('proof', [JSON.parse(Buffer.from(extra ?? '').toString())]);
  const broken = await release.verifyTampered((directory) => rewrite(directory, trainFile, (lines) => lines.slice(1)));
  const told = await verifyExport(sealed, {
    record: (await parsed('provenance/records.jsonl')).map((one) => (one as { id: string }).id)[0] ?? '',
  });
  const whole = await verifyExport(sealed);
  const edited = ((values.get('pair') ?? []) as { _cts: { id: string }; reason: string }[]).find(
    (one) => one.reason === 'edited',
  );
  const record = edited?._cts.id ?? '';
  const erasure = { record, reason: 'consent-withdrawn' };
  expect((await release.app.as('privacy-officer').send('POST', '/v1/erasures', erasure)).status).toBe(201);
  const buried = [
    ...(await parsed(trainFile)),
    ...(await parsed('data/validation.jsonl')),
    ...(await parsed('data/preferences.jsonl')),
  ];
  values.set(
    'tombstone',
    buried.filter((line) => (line as { v: string }).v === 'cts-erased/1'),
  );
  expect(values.get('tombstone')?.length).toBeGreaterThan(1);
  const shown = (await parsed(openingsFile)) as OpeningLine[];
  const erased = shown.filter((one) => one.envelope !== undefined && leafOf(one).type === 'erasure.executed');
  values.set('statement', [...statements, ...erased.map((one) => statementOf(one))]);
  const after = await verifyExport(sealed, { record });
  values.set('report', JSON.parse(JSON.stringify([whole, broken, told, after])));
});
afterAll(() => release.close());

const described = schemaNames.filter((name) => name !== 'common');

test('every line, envelope, statement and report of a real export keeps to its schema', () => {
  expect([...values.keys()].sort()).toEqual(described);
  for (const name of described) {
    const accepts = schemaTest(name);
    const all = values.get(name) ?? [];
    expect(all.length).toBeGreaterThan(0);
    expect(all.filter((value) => !accepts(value))).toEqual([]);
  }
});

/** Every copy of the value in which one member is gone, or has a value of another type. */
function* mutants(value: unknown, path = ''): Generator<{ path: string; mutant: unknown }> {
  if (Array.isArray(value)) {
    for (const [i, item] of value.slice(0, 2).entries())
      for (const { path: at, mutant } of mutants(item, `${path}[]`)) yield { path: at, mutant: value.with(i, mutant) };
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      const { [key]: _, ...rest } = value as { [key: string]: unknown };
      yield { path: `-${path}.${key}`, mutant: rest };
      for (const { path: at, mutant } of mutants(member, `${path}.${key}`))
        yield { path: at, mutant: { ...value, [key]: mutant } };
    }
  }
  if (path !== '') yield { path, mutant: typeof value === 'boolean' ? 'true' : true };
}

/** Where any value may stand, or may be absent: what a format leaves open. Deletions begin with a minus sign. */
const open: { [name: string]: RegExp } = {
  envelope: /^-\.signatures\[\]\.keyid$/,
  row: /^-?\.question\.|^-?\.(dimensions|source|licence)|^-\.signals\.scores\./,
  pair: /^-\.dimensions$/,
  policy: /^-?\.panel\.members$|^-\.prompts\.trace\./,
  report: /^-\.(release|log|record|first)(\.record)?$|^-\.findings\[\]\.record$|^-\.record\.history\[\]\.actor$/,
};

test('a member that is missing or of another type is refused, but where the format leaves it open', () => {
  for (const name of described.filter((one) => one !== 'statement')) {
    const accepts = schemaTest(name);
    const passed = (values.get(name) ?? [])
      .slice(0, 3)
      .flatMap((value) => [...mutants(value)].filter(({ mutant }) => accepts(mutant)));
    const paths = [...new Set(passed.map(({ path }) => path))];
    expect([name, paths.filter((path) => !(open[name] ?? /^$/).test(path))]).toEqual([name, []]);
  }
});

type Members = { required?: string[]; properties?: { [member: string]: unknown }; oneOf?: Members[]; $ref?: string };

/** The members of an event that the specification lists, and those among them that must be there. */
function listed(type: string): { required: Set<string>; members: Set<string> } {
  const definitions = bundledSchema('statement').$defs as { [name: string]: Members };
  const own = definitions[`statement.${type}`] ?? {};
  const target = own.$ref === undefined ? own : (definitions[own.$ref.slice('#/$defs/'.length)] ?? {});
  const variants = target.oneOf ?? [target];
  const members = new Set(variants.flatMap((one) => Object.keys(one.properties ?? {})));
  const everywhere = [...members].filter((member) => variants.every((one) => one.required?.includes(member)));
  return { required: new Set(everywhere), members };
}

test('of an event, every member that the specification lists is held to its form, and any other may be there', () => {
  const accepts = schemaTest('statement');
  const seen = new Map<string, number>();
  for (const value of (values.get('statement') ?? []) as { predicate: { type: string } }[]) {
    const { type } = value.predicate;
    const count = seen.get(type) ?? 0;
    seen.set(type, count + 1);
    if (count > 4) continue; // events of a type are alike
    const { required, members } = listed(type);
    expect([type, required.size > 0]).toEqual([type, true]);
    const wrong = [...mutants(value)]
      .filter(({ mutant }) => accepts(mutant))
      .map(({ path }) => path)
      .filter((path) => {
        const [, gone, member = '', rest] = /^(-?)\.predicate\.data\.([^.[]+)(.*)$/.exec(path) ?? [];
        if (!members.has(member)) return gone === undefined; // outside the data, nothing is open
        if (rest === '') return gone !== '-' || required.has(member);
        return !/cores\.[^.]+$|^-.*steps\[\]\.(error|severity)$|panel\.members$|^-.*trace\.[^.]+$/.test(path);
      });
    expect([type, wrong]).toEqual([type, []]);
  }
  expect([...seen.keys()]).toEqual(
    expect.arrayContaining([
      'case.imported',
      'review.signed',
      'edit.signed',
      'vote.signed',
      'adjudication.signed',
      'dataset.sealed',
    ]),
  );
});

test('an event of a type that the specification does not describe may hold anything, one that it does may not', () => {
  const accepts = schemaTest('statement');
  const [first] = values.get('statement') as { predicate: object }[];
  const withType = (type: string): unknown => ({
    ...first,
    predicate: { ...first?.predicate, type, data: { any: 1 } },
  });
  expect(accepts(withType('model.registered'))).toBe(true);
  expect(accepts(withType('review.signed'))).toBe(false);
  expect(accepts(withType('no type'))).toBe(false);
});

const python = spawnSync('python3', ['-c', 'import jsonschema; jsonschema.Draft202012Validator']).status === 0;

test.skipIf(!python)(
  `another validator says the same${python ? '' : ' (SKIPPED: needs the Python package jsonschema)'}`,
  async () => {
    const cases = described.map((name) => {
      const [value] = values.get(name) ?? [];
      return {
        schema: bundledSchema(name),
        good: values.get(name),
        bad: { ...(value as object), v: 'other', _type: 'other', payload: 1, id: 1, keyid: 1, index: -1 },
      };
    });
    const file = join(release.scratch, 'schemas.json');
    await writeFile(file, JSON.stringify(cases));
    const program = `
import json, sys
from jsonschema import Draft202012Validator as V
for case in json.load(open(sys.argv[1])):
    V.check_schema(case['schema'])
    v = V(case['schema'])
    print(all(v.is_valid(one) for one in case['good']), v.is_valid(case['bad']))`;
    const { stdout, stderr } = spawnSync('python3', ['-c', program, file], { encoding: 'utf8' });
    expect([stdout, stderr]).toEqual(['True False\n'.repeat(described.length), '']);
  },
);
