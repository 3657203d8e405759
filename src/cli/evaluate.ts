import type { Command } from 'commander';
import { ComparisonReport, EvaluationReport } from '../evaluation/report-schema.ts';
import { StartedEvaluation } from '../evaluation/schema.ts';
import { withClient } from './command.ts';
import { pText, rateText } from './figures.ts';
import { namedTarget } from './target.ts';

type RunOptions = { target: string[]; set?: string[]; method: string; maxTokens: number; seed: number; limit?: number };

export function evaluateCommands(program: Command): void {
  const evaluation = program.command('eval').description('exam sets');
  evaluation
    .command('run')
    .requiredOption('--target <name=ref...>', 'for example base=model:base or prod=endpoint:prod')
    .option('--set <name...>', 'benchmark sets (default: all)')
    .option('--method <method>', 'generation or logprob', 'generation')
    .option('--max-tokens <n>', 'most tokens of a reply', Number, 512)
    .option('--limit <n>', 'at most so many questions of each set', Number)
    .option('--seed <n>', 'seed', Number, 1)
    .description('ask models the questions of benchmark sets')
    .action((options: RunOptions, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { target, set, ...rest } = options;
        const body = { ...rest, targets: target.map(namedTarget), ...(set === undefined ? {} : { sets: set }) };
        const { evaluation, job } = await client.post(StartedEvaluation, '/v1/evaluations', body);
        await client.wait(job, terminal.progress('evaluate'));
        const report = await client.get(EvaluationReport, `/v1/evaluations/${evaluation}`);
        terminal.result(report, evaluationLines(report));
      }),
    );
  evaluation
    .command('report')
    .argument('<evaluation>')
    .description('accuracy of an evaluation')
    .action((id: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const report = await client.get(EvaluationReport, `/v1/evaluations/${id}`);
        terminal.result(report, evaluationLines(report));
      }),
    );
  evaluation
    .command('compare')
    .argument('<evaluation>')
    .argument('<a>')
    .argument('<b>')
    .description('two targets on the same questions; exit 1 when b is significantly worse')
    .action((id: string, a: string, b: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const report = await client.get(ComparisonReport, `/v1/evaluations/${id}/compare?a=${a}&b=${b}`);
        const { overall } = report;
        terminal.result(report, [
          `${b} against ${a}: ${overall.finding}; ${overall.onlyB} gained, ${overall.onlyA} lost of ${overall.n}; ${pText(overall.p, overall.reason)} (${report.test})`,
          ...report.warnings.map((warning) => `warning: ${warning}`),
        ]);
        if (overall.finding === 'a better') process.exitCode = 1;
      }),
    );
}

/** An evaluation's report for people. */
export function evaluationLines(report: EvaluationReport): string[] {
  return Object.entries(report.models).flatMap(([name, model]) => [
    `${name}\tmacro average ${model.macro === null ? `undefined (${model.macroReason ?? ''})` : `${(100 * model.macro).toFixed(0)} %`}`,
    ...model.sets.map(
      (set) =>
        `  ${set.name}\t${rateText({ k: set.correct, n: set.n, rate: set.rate, ci95: set.ci95 })}, ${set.unanswered} unanswered${set.chance === null ? '' : `, guessing ${(100 * set.chance).toFixed(0)} %`}`,
    ),
  ]);
}
