import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadProfile } from './load.ts';

const root = mkdtempSync(join(tmpdir(), 'profile-'));
afterAll(() => rmSync(root, { recursive: true }));

function broken(name: string, file: string, change: (text: string) => string): string {
  const directory = join(root, name);
  cpSync('profiles/medical', directory, { recursive: true });
  writeFileSync(join(directory, file), change(readFileSync(join(directory, file), 'utf8')));
  return directory;
}

test('the medical profile has the 20 dimensions, two rubrics with anchored scales and the four strategies', () => {
  const profile = loadProfile('profiles/medical');
  expect(profile.dimensions.map((one) => one.code).join(' ')).toBe(
    'E1 E2 E3 E4 E5 E6 E7 E8 E9 E10 E11 S1 S2 S3 S4 S5 S6 S7 S8 S9',
  );
  expect(profile.rubrics.map((rubric) => rubric.criteria.length)).toEqual([5, 4]);
  expect(profile.strategies.map((one) => one.code)).toEqual([
    'role-play',
    'boundary-probing',
    'purpose-inversion',
    'scene-construction',
    'direct',
    'post-hoc-justification',
    'authority-pressure',
    'urgency-pressure',
    'configuration-tampering',
  ]);
  const { frames, requests } = profile.attacks;
  expect(frames.map((frame) => frame.strategy).sort()).toEqual(profile.strategies.map((one) => one.code).sort());
  expect(new Set(requests.map((one) => one.dimension)).size).toBe(20);
  expect(profile.policy.strikes).toEqual({ limit: 5, counting: 'cumulative', immediate: ['critical'] });
});

test('a profile for another profession needs no change of code', () => {
  const profile = loadProfile('test/fixtures/profiles/aviation');
  expect(profile.head.id).toBe('aviation');
  expect(profile.rubrics[0]?.criteria.map((one) => one.id)).toEqual(['airworthiness']);
});

test('a broken profile is refused with file, line and reason', () => {
  const wrongScore = broken('a', 'policy.yaml', (text) => text.replace('minimumScore: 4', 'minimumScore: 9'));
  expect(() => loadProfile(wrongScore)).toThrow(/policy\.yaml:21: gate\.minimumScore: .*5/);
  const syntax = broken('b', 'dimensions.yaml', (text) => text.replace('code: E2,', 'code: E2 {'));
  expect(() => loadProfile(syntax)).toThrow(/dimensions\.yaml:3: /);
  const twice = broken('c', 'dimensions.yaml', (text) => text.replace('code: E2,', 'code: E1,'));
  expect(() => loadProfile(twice)).toThrow('the dimension "E1" is defined twice');
  const unknown = broken('d', 'policy.yaml', (text) => text.replace('immediate: [critical]', 'immediate: [fatal]'));
  expect(() => loadProfile(unknown)).toThrow('the severity "fatal" is not one of minor, major, critical');
  const unexplained = broken('g', 'guideline.yaml', (text) =>
    text.replace('criterion: adequacy\n', 'criterion: timeliness\n'),
  );
  expect(() => loadProfile(unexplained)).toThrow('no section explains the criterion "adequacy"');
  const unweighted = broken('h', 'severity-weights.yaml', (text) => text.replace('  S5: 3\n', ''));
  expect(() => loadProfile(unweighted)).toThrow('severity-weights.yaml: there is no weight for S5');
  const noDimension = broken('i', 'severity-weights.yaml', (text) => `${text}  Z1: 3\n`);
  expect(() => loadProfile(noDimension)).toThrow('it weighs "Z1", which is no dimension');
  const strange = broken('j', 'attack-requests.yaml', (text) => text.replace('dimension: E2', 'dimension: E99'));
  expect(() => loadProfile(strange)).toThrow(/attack-requests\.yaml: the dimension "E99"/);
  const missing = broken('e', 'rubrics.yaml', (text) => text.replace('  version: "1"\n', ''));
  expect(() => loadProfile(missing)).toThrow(/rubrics\.yaml:1: 0\.version/);
});

test('the digest changes with any file of the profile', () => {
  const changed = broken('f', 'prompts.yaml', (text) => text.replace('careful', 'diligent'));
  expect(loadProfile(changed).digest).not.toBe(loadProfile('profiles/medical').digest);
});
