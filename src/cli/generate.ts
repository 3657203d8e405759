import type { Command } from 'commander';
import { GenerateResult, GenerationStatus, JobReply } from '../generation/schema.ts';
import { withClient } from './command.ts';

type RunOptions = { endpoint: string; dataset?: string; kind?: string[]; limit?: number; seed: number };

export function generateCommands(program: Command): void {
  const generate = program.command('generate').description('reasoning traces by a teacher model');
  generate
    .command('run')
    .option('--endpoint <name>', 'which endpoint of safemed.yaml writes', 'teacher')
    .option('--dataset <name>', 'only questions of this dataset')
    .option('--kind <kind...>', 'only these kinds')
    .option('--limit <n>', 'at most so many traces', (text) => Number(text))
    .option('--seed <n>', 'seed for the teacher', (text) => Number(text), 1)
    .description('write a trace for every question that waits for one')
    .action((options: RunOptions, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { kind, ...rest } = options;
        const { job } = await client.post(JobReply, '/v1/generation/runs', {
          ...rest,
          ...(kind === undefined ? {} : { kinds: kind }),
        });
        const run = await client.wait(job, terminal.progress('generate'));
        const result = GenerateResult.parse(run.result);
        terminal.result(result, [
          `${result.generated} traces written; ${result.malformed} malformed, ${result.answerDiffers} with another answer than the key, ${result.escalated} sent to the panel.`,
        ]);
      }),
    );
  generate
    .command('status')
    .description('instances by state')
    .action((_: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const status = await client.get(GenerationStatus, '/v1/generation/status');
        terminal.result(
          status,
          Object.entries(status.byState).map(([state, n]) => `${state}\t${n}`),
        );
      }),
    );
}
