import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';

/** The dependency table: a folder may import itself, what stands in its row, and nothing else of src/. */
const kernel = ['core', 'profile', 'db', 'llm', 'jobs', 'charts', 'statistics', 'ledger', 'context'];
const stages = [
  'accounts',
  'corpus',
  'generation',
  'guideline',
  'assignment',
  'review',
  'calibration',
  'release',
  'training',
  'registry',
  'redteam',
  'evaluation',
  'ablation',
  'study',
  'governance',
  'serving',
];
const allowed: Record<string, string[]> = {
  core: [],
  statistics: ['core'],
  charts: ['core'],
  profile: ['core'],
  // recomputes printed tables: pure, its command is the only one that uses it
  'report-lint': ['core', 'statistics'],
  db: ['core'],
  verify: ['core', 'ledger'],
  jobs: ['core', 'db', 'context'],
  llm: ['core', 'db'],
  // the pure formats need core only; actions and routes of the log use the request's context
  ledger: ['core', 'db', 'context'],
  // a program of its own, without a workspace: the formats of the log and the lock of a directory
  witness: ['core', 'db', 'ledger'],
  context: ['core', 'db', 'profile', 'jobs', 'llm', 'ledger'],
  // judges and the rules around them: no tables, no routes, no context (docs/decisions/0026)
  judging: ['core', 'statistics', 'profile', 'llm'],
  // tells other programs of events; no stage knows of it
  webhooks: ['core', 'db', 'context', 'ledger'],
  server: ['webhooks', ...kernel, ...stages, 'verify'],
  cli: ['webhooks', ...kernel, ...stages, 'report-lint', 'verify', 'witness', 'server'],
};
for (const [index, stage] of stages.entries()) allowed[stage] = [...kernel, ...stages.slice(0, index)];
// One replay of histories for the server and the stand-alone verifier: docs/decisions/0015.
for (const stage of stages.slice(stages.indexOf('release'))) allowed[stage]?.push('verify');
// What judges replies for rewards and for the red team alike.
for (const stage of stages.slice(stages.indexOf('training'))) allowed[stage]?.push('judging');

const stageFiles = ['schema.ts', 'store.ts', 'actions.ts', 'routes.ts'];

type Source = { path: string; folder: string; text: string; imports: string[] };

const sources: Source[] = readdirSync('src', { recursive: true })
  .map((name) => join('src', String(name)))
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(path, 'utf8');
    const imports = [...text.matchAll(/^\s*(?:import|export)(?:[\w*{},\s$]+?from)?\s*['"]([^'"]+)['"]/gm)].map(
      (match) => match[1] ?? '',
    );
    return { path, folder: path.split('/')[1] ?? '', text, imports };
  });
const shipped = sources.filter((source) => !source.path.endsWith('.test.ts'));

function targets(source: Source): string[] {
  return source.imports
    .filter((name) => name.startsWith('.'))
    .map((name) => normalize(join(dirname(source.path), name)))
    .filter((path) => path.startsWith('src/'));
}

test('folders import only what the dependency table allows', () => {
  const wrong = shipped.flatMap((source) =>
    targets(source)
      .filter((target) => {
        const folder = target.split('/')[1] ?? '';
        return folder !== source.folder && !(allowed[source.folder] ?? []).includes(folder);
      })
      .map((target) => `${source.path} → ${target}`),
  );
  expect(wrong).toEqual([]);
});

/** Every way in a graph that comes back to where it was. */
function circlesOf(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const circles: string[] = [];
  const settled = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    const at = way.indexOf(path);
    if (at >= 0) circles.push([...way.slice(at), path].join(' → '));
    if (at >= 0 || settled.has(path)) return;
    for (const next of imports.get(path) ?? []) visit(next, [...way, path]);
    settled.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  return circles;
}

test('no files import each other in a circle, not even for a type', () => {
  expect(circlesOf(new Map(sources.map((source) => [source.path, targets(source)])))).toEqual([]);
});

test('folders within a folder import each other in no circle; the files beside them may be above and below', () => {
  const inner = (path: string): string | undefined => /^src\/[^/]+\/[^/]+(?=\/)/.exec(path)?.[0];
  const imports = new Map<string, string[]>();
  for (const source of shipped) {
    const from = inner(source.path);
    if (from === undefined) continue;
    const others = targets(source).flatMap((target) => inner(target) ?? []);
    imports.set(from, [...(imports.get(from) ?? []), ...others.filter((to) => to !== from)]);
  }
  expect(imports.size).toBeGreaterThan(10);
  expect(circlesOf(imports)).toEqual([]);
});

test('every folder of src/ stands in the dependency table', () => {
  const folders = [...new Set(sources.map((source) => source.folder))];
  expect(folders.filter((folder) => allowed[folder] === undefined)).toEqual([]);
});

test("no folder reads another folder's tables: store.ts stays at home", () => {
  const wrong = shipped.flatMap((source) =>
    targets(source)
      .filter((target) => /\/store(\.ts|\/)/.test(target) && target.split('/')[1] !== source.folder)
      .map((target) => `${source.path} → ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('SQL is written in store files, migrations and the database port only', () => {
  const sql = /\b(SELECT [\s\S]*? FROM|INSERT INTO|UPDATE [a-z_]+ SET|DELETE FROM) /;
  const wrong = shipped
    .filter((source) => !/(^|[-/])store(-[a-z-]+)?\.ts$/.test(source.path) && source.folder !== 'db')
    .filter((source) => sql.test(source.text))
    .map((source) => source.path);
  expect(wrong).toEqual([]);
});

test('schema files import nothing but zod, core and other schemas', () => {
  const wrong = shipped
    .filter((source) => /(^|[-/])schema\.ts$/.test(source.path) && stages.includes(source.folder))
    .flatMap((source) =>
      source.imports
        .filter((name) => name !== 'zod')
        .filter((name) => !/schema\.ts$/.test(name) && !name.includes('/core/') && name !== '../context/actor.ts')
        .map((name) => `${source.path} → ${name}`),
    );
  expect(wrong).toEqual([]);
});

test('every stage that exists has its five kinds of file', () => {
  const lacking = stages
    .filter((stage) => existsSync(join('src', stage)))
    .flatMap((stage) =>
      stageFiles.filter((file) => !existsSync(join('src', stage, file))).map((file) => `src/${stage}/${file}`),
    );
  expect(lacking).toEqual([]);
});

test('the verifier depends on nothing but core, the log formats and Node itself', () => {
  const seen = new Set<string>();
  const outside: string[] = [];
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const source = sources.find((one) => one.path === path);
    if (source === undefined) return;
    outside.push(
      ...source.imports
        .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
        .map((name) => `${path} → ${name}`),
    );
    for (const target of targets(source)) visit(target);
  };
  for (const source of shipped) if (source.folder === 'verify') visit(source.path);
  expect(outside).toEqual([]);
});

test('no file has more than 500 lines', () => {
  const long = sources.filter((source) => source.text.split('\n').length > 500).map((source) => source.path);
  expect(long).toEqual([]);
});

test('only server/config.ts reads the environment', () => {
  const wrong = shipped.filter(
    (source) => source.text.includes('process.env') && source.path !== 'src/server/config.ts',
  );
  expect(wrong.map((source) => relative('.', source.path))).toEqual([]);
});

test('nothing medical is written into the code: dimensions, criteria and reason codes live in profiles/', () => {
  const terms =
    /\b(medical-correctness|reasoning-structure|risk-identification|wrong-dose-unit|boundary-probing|purpose-inversion|scene-construction)\b/;
  expect(shipped.filter((source) => terms.test(source.text)).map((source) => source.path)).toEqual([]);
});

test('what several test files share registers no hook: a process runs many files, and would run it for the first only', () => {
  const helpers = readdirSync('test', { recursive: true })
    .map((name) => join('test', String(name)))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'));
  expect(helpers.length).toBeGreaterThan(20);
  const hook = /^(before|after)(All|Each)\(/m;
  expect(helpers.filter((path) => hook.test(readFileSync(path, 'utf8')))).toEqual([]);
});
