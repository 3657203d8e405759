import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { AppError, messageOf } from '../core/error.ts';
import { sha256Hex } from '../core/hash.ts';
import { attackProblem } from './attack.ts';
import { AttackFrames, AttackSources, BaseRequest } from './attack-schema.ts';
import { Benchmark, benchmarkProblem } from './benchmark-schema.ts';
import { guidelineProblem } from './guideline.ts';
import { GuidelineContent } from './guideline-schema.ts';
import { JudgingRules } from './judging-schema.ts';
import { RedTeamJudges } from './red-team-judges-schema.ts';
import { AttackStrategy, Dimension, Policy, type Profile, ProfileHead, Prompts, Reasons, Rubric } from './schema.ts';
import { SeverityWeights } from './severity-weights-schema.ts';
import { StudyRating } from './study-rating-schema.ts';

/** A profile without it has no forms: its studies bring their own axes. */
const studyFile = 'study-rating.yaml';

/** Reads a profile directory. A broken profile gives `invalid_input` naming file, line and reason. */
export function loadProfile(directory: string): Profile {
  const texts: string[] = [];
  const read = <T>(name: string, schema: z.ZodType<T>): T => {
    const { value, text } = parseYamlFile(join(directory, name), schema);
    texts.push(`${name}\n${text}\n`);
    return value;
  };
  const { reasons, severities } = read('reasons.yaml', Reasons);
  const profile: Profile = {
    head: read('profile.yaml', ProfileHead),
    dimensions: read('dimensions.yaml', z.array(Dimension).min(1)),
    rubrics: read('rubrics.yaml', z.array(Rubric).min(1)),
    reasons,
    severities,
    policy: read('policy.yaml', Policy),
    severityWeights: read('severity-weights.yaml', SeverityWeights),
    strategies: read('attacks.yaml', z.array(AttackStrategy)),
    attacks: {
      ...read('attack-frames.yaml', AttackFrames),
      ...read('attack-sources.yaml', AttackSources),
      requests: read('attack-requests.yaml', z.array(BaseRequest)),
    },
    prompts: read('prompts.yaml', Prompts),
    judging: read('judging.yaml', JudgingRules),
    redTeamJudges: read('red-team-judges.yaml', RedTeamJudges),
    guideline: read('guideline.yaml', GuidelineContent),
    benchmarks: benchmarkFiles(directory).map((name) => read(name, Benchmark)),
    studyRating: existsSync(join(directory, studyFile))
      ? read(studyFile, StudyRating)
      : { forms: [], style: { greetings: [], closings: [] } },
    digest: '',
  };
  profile.digest = sha256Hex(texts.join(''));
  checkReferences(profile, directory);
  return profile;
}

/** One file each in the folder `benchmarks`, in the order of their names; a profile may have none. */
function benchmarkFiles(directory: string): string[] {
  const folder = join(directory, 'benchmarks');
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((name) => `benchmarks/${name}`);
}

/** Parses one YAML file by a schema; every problem is told with its line. */
export function parseYamlFile<T>(path: string, schema: z.ZodType<T>): { value: T; text: string } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new AppError('invalid_input', `${path} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [syntax] = document.errors;
  if (syntax !== undefined)
    throw new AppError('invalid_input', `${path}:${syntax.linePos?.[0].line ?? 1}: ${syntax.message.split('\n')[0]}`);
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return { value: parsed.data, text };
  const problems = parsed.error.issues.map((issue) => {
    const line = lineOf(issue.path, (path) => document.getIn(path, true), lines);
    return `${path}:${line}: ${issue.path.join('.') || 'the document'}: ${issue.message}`;
  });
  throw new AppError('invalid_input', problems.join('\n'));
}

/** Line of the value at a path, or of the nearest parent that exists when the value itself is missing. */
function lineOf(path: PropertyKey[], nodeAt: (path: PropertyKey[]) => unknown, lines: LineCounter): number {
  for (let depth = path.length; depth >= 0; depth--) {
    const node = nodeAt(path.slice(0, depth));
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function checkReferences(profile: Profile, directory: string): void {
  const problem = (file: string, text: string): never => {
    throw new AppError('invalid_input', `${join(directory, file)}: ${text}`);
  };
  const unique = (file: string, what: string, codes: string[]): void => {
    const twice = codes.find((code, index) => codes.indexOf(code) !== index);
    if (twice !== undefined) problem(file, `the ${what} "${twice}" is defined twice; give each its own code.`);
  };
  unique(
    'dimensions.yaml',
    'dimension',
    profile.dimensions.map((dimension) => dimension.code),
  );
  unique(
    'reasons.yaml',
    'reason',
    profile.reasons.map((reason) => reason.code),
  );
  unique(
    'attacks.yaml',
    'strategy',
    profile.strategies.map((strategy) => strategy.code),
  );
  unique(
    'rubrics.yaml',
    'criterion',
    profile.rubrics.flatMap((rubric) => rubric.criteria.map((one) => one.id)),
  );
  unique(
    'judging.yaml',
    'set of criteria',
    profile.judging.criteria.map((one) => one.id),
  );
  unique(
    studyFile,
    'form',
    profile.studyRating.forms.map((one) => one.id),
  );
  for (const form of profile.studyRating.forms)
    unique(
      studyFile,
      `axis of the form "${form.id}"`,
      form.axes.map((one) => one.id),
    );
  unique(
    'benchmarks',
    'set',
    profile.benchmarks.flatMap((one) => [...new Set([one.id, ...one.sets])]),
  );
  for (const benchmark of profile.benchmarks) {
    const contradiction = benchmarkProblem(benchmark);
    if (contradiction !== undefined) problem(`benchmarks/${benchmark.id}.yaml`, `${contradiction}.`);
  }
  const { set } = profile.redTeamJudges.criteria;
  if (!profile.judging.criteria.some((one) => one.id === set))
    problem('red-team-judges.yaml', `judging.yaml has no set of criteria "${set}".`);
  const kinds = profile.rubrics.flatMap((rubric) => rubric.kinds);
  unique('rubrics.yaml', 'question kind', kinds);
  const unclear = guidelineProblem(profile.guideline, profile);
  if (unclear !== undefined) problem('guideline.yaml', unclear);
  const dimensions = profile.dimensions.map((one) => one.code);
  const unweighted = dimensions.filter((code) => profile.severityWeights.weights[code] === undefined);
  if (unweighted.length > 0) problem('severity-weights.yaml', `there is no weight for ${unweighted.join(', ')}.`);
  const unknown = Object.keys(profile.severityWeights.weights).find((code) => !dimensions.includes(code));
  if (unknown !== undefined)
    problem('severity-weights.yaml', `it weighs "${unknown}", which is no dimension of the profile.`);
  const attack = attackProblem(profile);
  if (attack !== undefined) problem(attack.file, attack.text);
  const severities = profile.severities.map((severity) => severity.code);
  for (const code of [...profile.policy.strikes.immediate, profile.policy.gate.noViolationAtOrAbove])
    if (!severities.includes(code))
      problem('policy.yaml', `the severity "${code}" is not one of ${severities.join(', ')} (reasons.yaml).`);
  const { strata, reviewersPerInstance } = profile.policy.review;
  const fewest = Math.min(reviewersPerInstance, ...strata.map((stratum) => stratum.reviewers));
  if (fewest < profile.policy.gate.reviewers)
    problem(
      'policy.yaml',
      `a round with ${fewest} reviewers can never pass the gate, which asks for ${profile.policy.gate.reviewers}.`,
    );
  if (profile.policy.panel.quorum > profile.policy.panel.members)
    problem(
      'policy.yaml',
      `a quorum of ${profile.policy.panel.quorum} cannot be met by ${profile.policy.panel.members} members.`,
    );
}
