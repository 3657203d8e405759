import type { Command } from 'commander';
import { AppError } from '../core/error.ts';
import { ComparisonReport, EvaluationHistory } from '../evaluation/comparisons/schema.ts';
import { EvaluationReport } from '../evaluation/report-schema.ts';
import { SealedSet, StartedEvaluation } from '../evaluation/schema.ts';
import type { Client } from './client.ts';
import { withClient } from './command.ts';
import { comparisonLines, evaluationLines, historyLines } from './evaluation-lines.ts';
import { namedTarget } from './target.ts';

type RunOptions = {
  target: string[];
  set?: string[];
  method: string;
  maxTokens: number;
  seed: number;
  limit?: number;
  temperature?: number;
  orders?: number;
  repeats?: number;
  shots?: number;
  examples?: string;
  judge?: string[];
  systemPrompt?: boolean;
};

export function evaluateCommands(program: Command): void {
  const evaluation = program.command('eval').description('benchmarks: exam sets, safety sets, open answers');
  runCommand(evaluation);
  evaluation
    .command('report')
    .argument('<evaluation>')
    .description('figures of an evaluation')
    .action((id: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const report = await client.get(EvaluationReport, `/v1/evaluations/${id}`);
        terminal.result(report, evaluationLines(report));
      }),
    );
  compareCommand(evaluation);
  evaluation
    .command('history')
    .option('--target <name>', 'only the targets of this name')
    .option('--set <name>', 'only this set')
    .description('figures of completed evaluations over time')
    .action((options: { target?: string; set?: string }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const history = await client.get(EvaluationHistory, `/v1/evaluations/history?${new URLSearchParams(options)}`);
        terminal.result(history, historyLines(history));
      }),
    );
  evaluation
    .command('seal')
    .argument('<set>')
    .requiredOption('--budget <n>', 'how many targets may ever be tested on it', Number)
    .description('allow only so many uses of a test set; cannot be undone')
    .action((set: string, { budget }: { budget: number }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const sealed = await client.post(SealedSet, '/v1/evaluations/sealed', { set, budget });
        terminal.result(sealed, [`${set} is sealed: ${budget} submission${budget === 1 ? '' : 's'}`]);
      }),
    );
}

function runCommand(evaluation: Command): void {
  evaluation
    .command('run')
    .requiredOption('--target <name=ref...>', 'for example base=model:base or prod=endpoint:prod')
    .option('--set <name...>', 'benchmark sets (default: all that need no judges, or as many as are named)')
    .option('--method <method>', 'generation or logprob', 'generation')
    .option('--max-tokens <n>', 'most tokens of a reply', Number, 512)
    .option('--limit <n>', 'at most so many questions of each set', Number)
    .option('--seed <n>', 'seed', Number, 1)
    .option('--temperature <t>', 'temperature (default 0)', Number)
    .option('--orders <n>', 'in how many orders the options are shown (default: as the benchmark says)', Number)
    .option('--repeats <n>', 'how often each question is asked, each time with another seed', Number)
    .option('--shots <n>', 'solved examples before each question', Number)
    .option('--examples <set>', 'the set that the examples come from')
    .option('--judge <ref...>', 'models that score open replies, for example endpoint:judge')
    .option('--system-prompt', "put the profile's system prompt before each question")
    .description('ask models the questions of benchmark sets')
    .action((options: RunOptions, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { evaluation, job } = await client.post(StartedEvaluation, '/v1/evaluations', startOf(options));
        await client.wait(job, terminal.progress('evaluate'));
        const report = await client.get(EvaluationReport, `/v1/evaluations/${evaluation}`);
        terminal.result(report, evaluationLines(report));
      }),
    );
}

function startOf(options: RunOptions): Record<string, unknown> {
  const { target, set, shots, examples, judge, ...rest } = options;
  if ((shots === undefined) !== (examples === undefined))
    throw new AppError('invalid_input', 'Examples need both: --shots N and --examples SET, a set that is not asked.');
  return {
    ...rest,
    targets: target.map(namedTarget),
    ...(set === undefined ? {} : { sets: set }),
    ...(shots === undefined ? {} : { examples: { set: examples, shots } }),
    ...(judge === undefined ? {} : { judges: judge }),
  };
}

function compareCommand(evaluation: Command): void {
  evaluation
    .command('compare')
    .argument('<a>', 'EVALUATION or EVALUATION/TARGET')
    .argument('<b>', 'EVALUATION or EVALUATION/TARGET')
    .option('--flips <n>', 'how many changed questions to list', Number, 20)
    .description(
      'the same questions before and after; exit 1 when b is significantly worse, 3 when a run is incomplete',
    )
    .action((first: string, second: string, { flips }: { flips: number }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        if (!Number.isInteger(flips) || flips < 1)
          throw new AppError('invalid_input', '--flips needs a whole number, at least 1.');
        const a = await sideOf(client, first);
        const b = await sideOf(client, second);
        const wanted = { a: a.target, b: b.target, other: b.evaluation, limit: String(flips) };
        const path = `/v1/evaluations/${a.evaluation}/compare?${new URLSearchParams(wanted)}`;
        const report = await client.get(ComparisonReport, path);
        terminal.result(report, comparisonLines(report));
        if (!report.complete) process.exitCode = 3;
        else if (report.regressions.length > 0) process.exitCode = 1;
      }),
    );
}

/** A run with one target needs no name of it. */
async function sideOf(client: Client, text: string): Promise<{ evaluation: string; target: string }> {
  const [evaluation = '', target] = text.split('/');
  if (!/^[\da-f-]{36}$/.test(evaluation))
    throw new AppError('invalid_input', `“${text}” names no evaluation: give EVALUATION or EVALUATION/TARGET.`);
  if (target !== undefined && target !== '') return { evaluation, target };
  const { models } = await client.get(EvaluationReport, `/v1/evaluations/${evaluation}`);
  const names = Object.keys(models);
  const [only] = names;
  if (only !== undefined && names.length === 1) return { evaluation, target: only };
  throw new AppError(
    'invalid_input',
    `The evaluation ${evaluation} has ${names.length} targets. Name one: ${names.map((name) => `${evaluation}/${name}`).join(' or ')}.`,
  );
}
