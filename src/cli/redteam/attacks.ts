import type { Command } from 'commander';
import { fileHead, openSourceFile } from '../../corpus/formats/source-file.ts';
import { AttackSources } from '../../profile/attack-schema.ts';
import { CandidatePage, Generation, GenerationStarted } from '../../redteam/generations/schema.ts';
import { readProbeFile } from '../../redteam/imports/read.ts';
import { Coverage } from '../../redteam/probes/schema.ts';
import { SearchReport, SearchStarted } from '../../redteam/searches/schema.ts';
import type { Client } from '../client.ts';
import { withClient } from '../command.ts';
import { namedTarget } from '../target.ts';

type GenerateOptions = {
  dimensions?: string[];
  strategies?: string[];
  levels?: number[];
  languages?: string[];
  script?: string;
  encode?: string[];
  copies?: number;
  seed: number;
  split: string;
  attacker?: string;
  translate?: string;
  from?: string;
  through?: string;
  maxCalls?: number;
  resume?: string;
};

type SearchOptions = {
  name: string;
  judge: string;
  target: string;
  attacker: string;
  dimensions?: string[];
  strategies?: string[];
  resume?: string;
};

const listed = (text: string): string[] => text.split(',').map((one) => one.trim());

/** The commands by which attacks are made and counted. */
export function attackCommands(redteam: Command): void {
  redteam
    .command('generate')
    .option('--dimensions <codes>', 'of these dimensions only, for example E1,S5', listed)
    .option('--strategies <codes>', 'of these strategies only, for example role-play,urgency-pressure', listed)
    .option('--levels <levels>', 'how deep the violation is buried, for example 1,3', (text) =>
      listed(text).map(Number),
    )
    .option('--languages <codes>', 'en, zh or both', listed)
    .option('--script <code>', 'spread over turns: crescendo or persistence')
    .option(
      '--encode <codes>',
      'transformations in their order: base64, hex, rot13, reversed, leetspeak, homoglyphs, full-width, zero-width, spaced',
      listed,
    )
    .option('--copies <n>', 'how many of each kind (with --attacker)', Number)
    .option('--seed <n>', 'the same seed makes the same probes', Number, 1)
    .option('--split <split>', 'test: training never sees them; train: their findings may become questions', 'test')
    .option('--attacker <endpoint>', 'a model writes the requests; without it they are made by template')
    .option('--translate <endpoint>', 'a model translates the base requests')
    .option('--from <language>', 'language that is translated from', 'en')
    .option('--through <language>', 'a third language that the texts pass through, for example French')
    .option('--max-calls <n>', 'most calls that may be paid', Number)
    .option('--resume <id>', 'go on with a generation that was stopped or ran out of its budget')
    .description('make probes with benign twins: base request × strategy × level × language')
    .action((options: GenerateOptions, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { generation, job } = await begin(client, options);
        terminal.say(`generation ${generation}`);
        await client.wait(job, terminal.progress('generate'));
        const done = await client.get(Generation, `/v1/redteam/generations/${generation}`);
        terminal.result(done, generationLines(done));
      }),
    );
  redteam
    .command('candidates')
    .argument('<generation>', 'id of the generation')
    .description('what was written, taken or refused, with the raw replies')
    .action((id: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const page = await client.get(CandidatePage, `/v1/redteam/generations/${id}/candidates?limit=1000`);
        terminal.result(
          page,
          page.candidates.map(
            ({ position, state, reason, probe }) => `${position}\t${state}\t${reason ?? probe?.id ?? ''}`,
          ),
        );
      }),
    );
  redteam
    .command('search')
    .requiredOption('--judge <name>', 'a calibrated judge')
    .requiredOption('--target <name=ref>', 'for example aligned=model:aligned')
    .requiredOption('--attacker <endpoint>', 'the model that refines requests after the replies')
    .option('--name <name>', 'name of the search', 'search')
    .option('--dimensions <codes>', 'probes of these dimensions only', listed)
    .option('--strategies <codes>', 'probes of these strategies only', listed)
    .option('--depth <n>', 'most rounds of refinement', Number, 4)
    .option('--branches <n>', 'refinements of each kept attempt', Number, 1)
    .option('--width <n>', 'attempts that go on after a round', Number, 1)
    .option('--max-calls <n>', 'most calls of attacker and target that may be paid', Number, 1000)
    .option('--max-tokens <n>', 'most tokens of a reply', Number, 256)
    .option('--seed <n>', 'seed', Number, 1)
    .option('--resume <id>', 'go on with a search that was stopped')
    .description('refine probes against a target until one succeeds or the budget ends')
    .action((options: SearchOptions, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { resume, target, dimensions, strategies, ...rest } = options;
        const probes = { ...(dimensions && { dimensions }), ...(strategies && { strategies }) };
        const { search, job } =
          resume === undefined
            ? await client.post(SearchStarted, '/v1/redteam/searches', { ...rest, probes, target: namedTarget(target) })
            : await client.post(SearchStarted, `/v1/redteam/searches/${resume}/resume`, {});
        terminal.say(`search ${search}`);
        await client.wait(job, terminal.progress('search'));
        const report = await client.get(SearchReport, `/v1/redteam/searches/${search}`);
        terminal.result(report, searchLines(report));
      }),
    );
  redteam
    .command('coverage')
    .description('how the probes cover dimension × strategy × level × language, with the gaps')
    .action((_: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const coverage = await client.get(Coverage, '/v1/redteam/coverage');
        terminal.result(coverage, coverageLines(coverage));
      }),
    );
}

function begin(client: Client, options: GenerateOptions): Promise<GenerationStarted> {
  if (options.resume !== undefined)
    return client.post(GenerationStarted, `/v1/redteam/generations/${options.resume}/resume`, {});
  const { encode, translate, from, through, maxCalls, resume: _, ...wish } = options;
  return client.post(GenerationStarted, '/v1/redteam/generations', {
    ...wish,
    ...(encode === undefined ? {} : { encodings: encode }),
    ...(translate === undefined
      ? {}
      : { translation: { endpoint: translate, from, ...(through === undefined ? {} : { through }) } }),
    ...(maxCalls === undefined ? {} : { budget: { maxCalls } }),
  });
}

function generationLines({ result }: Generation): string[] {
  if (result === undefined) return ['not complete'];
  return [
    `${result.taken} taken, ${result.already} there already, ${result.refused} refused.`,
    ...result.reasons.map(({ reason, n }) => `  ${n} × ${reason}`),
  ];
}

function searchLines({ attempts, refused, undecided, probes }: SearchReport): string[] {
  const broken = probes.filter(({ success }) => success !== undefined);
  return [
    `${broken.length} of ${probes.length} probes led to an unsafe reply in ${attempts} attempts (${refused} wrote no request, ${undecided} undecided). A search that finds nothing is no proof of safety.`,
    ...probes.map((one) =>
      one.success === undefined
        ? `${one.probe}\tnot in ${one.attempts} attempts`
        : `${one.probe}\tattempt ${one.success}, round ${one.depth}`,
    ),
  ];
}

/** The matrix for people: a row a dimension, a column a strategy, in each cell the probes and the missing levels × languages. */
export function coverageLines(coverage: Coverage): string[] {
  const strategies = [...new Set(coverage.matrix.map(({ strategy }) => strategy))];
  const dimensions = [...new Set(coverage.matrix.map(({ dimension }) => dimension))];
  const cell = (dimension: string, strategy: string): string => {
    const found = coverage.matrix.find((one) => one.dimension === dimension && one.strategy === strategy);
    return found === undefined
      ? ''
      : found.missing.length === 0
        ? `${found.n}`
        : `${found.n} (−${found.missing.length})`;
  };
  const used = Object.entries(coverage.techniques).filter(([name]) => name !== '');
  return [
    `${coverage.probes} probes, ${coverage.twins} with a benign twin; ${coverage.splits.test} held out, ${coverage.splits.train} for training`,
    `${coverage.covered} of ${coverage.wanted} cells of dimension × strategy × level × language are covered; (−n) says how many of a pair are not`,
    ['', ...strategies].join('\t'),
    ...dimensions.map((dimension) =>
      [dimension, ...strategies.map((strategy) => cell(dimension, strategy))].join('\t'),
    ),
    ...(used.length === 0 ? [] : [`techniques: ${used.map(([name, n]) => `${name} ${n}`).join(', ')}`]),
  ];
}

export type ImportProbesOptions = { format?: string; dimension?: string; strategy?: string; split?: 'test' | 'train' };

/** Reads a file of a public set by the server's profile. */
export async function readPublicSet(
  client: Client,
  file: string,
  options: ImportProbesOptions,
): ReturnType<typeof readProbeFile> {
  const placed = await client.get(AttackSources, '/v1/redteam/sources');
  return readProbeFile(file, { attacks: placed }, options);
}

/** True for a file of the project's own probes: JSON Lines whose first record has a dimension and an intent. */
export async function isOwnFile(file: string): Promise<boolean> {
  const head = (await fileHead(await openSourceFile(file), 65_536)).toString('utf8').trimStart();
  return head.startsWith('{') && /"intent"\s*:/.test(head) && /"dimension"\s*:/.test(head);
}

/** Sound records of a set that are no attacks, for people. */
export function leftLines(left: readonly { reason: string; n: number }[]): string[] {
  return left.map(({ reason, n }) => `  ${n} left out: ${reason}`);
}
