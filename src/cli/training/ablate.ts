import type { Command } from 'commander';
import {
  AblationList,
  AblationReport,
  type ArmState,
  type PooledFigures,
  StartedAblation,
} from '../../ablation/schema.ts';
import { AppError } from '../../core/error.ts';
import { argumentsOf } from '../arguments.ts';
import type { Client } from '../client.ts';
import { withClient } from '../command.ts';
import { pText } from '../figures.ts';

type AblateOptions = {
  name?: string;
  release: string;
  omit: string;
  seeds: string;
  set?: string[];
  mixture?: string[];
  benchmark?: string[];
  matchRows?: true;
  stage: string;
  base: string;
  from?: string;
  rows?: number;
  maxSteps?: number;
  method: string;
  maxTokens: number;
  limit?: number;
};

/** `train ablate` and `train ablation`. */
export function ablateCommands(train: Command): void {
  train
    .command('ablate')
    .requiredOption('--release <name>', 'a frozen release')
    .requiredOption('--omit <what>', 'the part: edited, panel, kind:K, dimension:D, language:L, with commas')
    .option('--name <name>', 'name of the ablation (default: from release and part); the same name goes on')
    .option('--seeds <list>', 'seeds of training, with commas', '1,2,3')
    .option('--match-rows', 'draw as many rows for the full arm as the other one has')
    .option('--stage <stage>', 'sft or dpo', 'sft')
    .option('--base <model>', 'smollm2, or the path of a GGUF file', 'smollm2')
    .option('--from <run>', 'the run that both arms continue (dpo)')
    .option('--rows <n>', 'at most so many rows in either arm', Number)
    .option('--max-steps <n>', 'at most so many steps in either arm', Number)
    .option('--set <argument=value...>', 'arguments of the engine, the same for both arms')
    .option('--mixture <kind=weight...>', 'relative weights of knowledge, guard and ethics (sft)')
    .option('--benchmark <set...>', 'benchmark sets that all models are asked (default: all)')
    .option('--method <method>', 'generation or logprob', 'generation')
    .option('--max-tokens <n>', 'most tokens of a reply', Number, 512)
    .option('--limit <n>', 'at most so many questions of each set', Number)
    .description('train with and without a part of a release under several seeds, and report the difference')
    .action((options: AblateOptions, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { ablation, job } = await client.post(StartedAblation, '/v1/ablations', bodyOf(options));
        if (job !== undefined) await client.wait(job, terminal.progress(ablation.name));
        const report = await client.get(AblationReport, `/v1/ablations/${ablation.name}`);
        terminal.result(report, ablationLines(report));
      }),
    );
  train
    .command('ablation')
    .argument('[name]', 'one of them; without it all are listed')
    .description('the report of an ablation')
    .action((name: string | undefined, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        if (name === undefined) return listAll(client, terminal);
        const report = await client.get(AblationReport, `/v1/ablations/${name}`);
        terminal.result(report, ablationLines(report));
      }),
    );
}

async function listAll(client: Client, terminal: { result(value: unknown, lines: string[]): void }): Promise<void> {
  const list = await client.get(AblationList, '/v1/ablations?limit=200');
  terminal.result(
    list,
    list.ablations.map(({ name, input, completedAt }) => {
      const state = completedAt === undefined ? 'unfinished' : 'complete';
      return `${name}\t${input.release} without ${input.omit}\tseeds ${input.seeds.join(', ')}\t${state}`;
    }),
  );
}

function bodyOf({ seeds, set, mixture, benchmark, name, ...options }: AblateOptions): object {
  return {
    ...options,
    name: name ?? defaultName(options.release, options.omit),
    seeds: seeds.split(',').map((seed) => wholeNumber(seed)),
    args: argumentsOf(set ?? []),
    ...(mixture === undefined ? {} : { mixture: argumentsOf(mixture) }),
    ...(benchmark === undefined ? {} : { sets: benchmark }),
  };
}

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text.trim())) return Number(text);
  throw new AppError('invalid_input', `--seeds: "${text}" is no whole number; write for example 1,2,3.`);
}

function defaultName(release: string, omit: string): string {
  const plain = `${release}-no-${omit}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return plain.replace(/^-+/, '').slice(0, 40).replace(/-+$/, '');
}

const per = (rate: number | null): string => (rate === null ? '–' : `${(100 * rate).toFixed(1)} %`);
const ends = (ci: readonly [number, number] | null): string =>
  ci === null ? 'no interval' : `95 % interval ${ci.map((end) => (100 * end).toFixed(1)).join(' to ')}`;

/** An ablation for people. */
function ablationLines(report: AblationReport): string[] {
  const { ablation, arms, seeds, pooled, sets, conclusion, caveats } = report;
  return [
    `${ablation.name}${report.complete ? '' : ' (unfinished)'}: "${ablation.input.release}" with and without ${ablation.input.omit}, ${report.omittedRows ?? '?'} rows omitted`,
    ...arms.map(armLine),
    ...seeds.map(
      (one) =>
        `  seed ${one.seed}\tfull ${per(one.rateB)}, without ${per(one.rateA)} of ${one.n}\tdifference ${per(one.difference)}, ${ends(one.ci95)}\t${pText(one.p, one.reason)}\t${one.finding === 'b better' ? 'full better' : one.finding === 'a better' ? 'without better' : one.finding}`,
    ),
    `  all seeds\t${pooledText(pooled)}`,
    ...(sets.length > 1 ? sets.map((one) => `  ${one.name}\t${pooledText(one)}`) : []),
    conclusion,
    ...caveats.map((caveat) => `- ${caveat}`),
    `Each seed: ${report.seedTest}. All seeds: ${report.pooledTest}.`,
  ];
}

function armLine(arm: ArmState): string {
  const facts = [
    arm.state,
    ...(arm.rows === undefined ? [] : [`${arm.rows} rows`]),
    ...(arm.truncated === undefined || arm.truncated === 0 ? [] : [`${arm.truncated} of them too long`]),
    ...(arm.model === undefined ? [] : [`${arm.model.slice(0, 16)}…`]),
  ];
  return `  ${arm.run}\t${facts.join(', ')}`;
}

function pooledText(one: PooledFigures): string {
  return `full ${per(one.rateFull)}, without ${per(one.rateWithout)} of ${one.questions} questions\tdifference ${per(one.difference)}, ${ends(one.ci95)}\t${pText(one.p, one.reason)}${one.pHolm === undefined ? '' : `, Holm ${one.pHolm.toFixed(3)}`}\t${one.finding}`;
}
