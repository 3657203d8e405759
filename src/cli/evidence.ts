import type { Command } from 'commander';
import { EvidenceReply } from '../governance/evidence-schema.ts';
import { withClient } from './command.ts';

type BuildOptions = { release: string; campaign?: string; evaluation?: string; study?: string; run?: string[] };

export function evidenceCommands(program: Command): void {
  program
    .command('evidence')
    .description('evidence packs')
    .command('build')
    .requiredOption('--release <name>', 'a frozen release')
    .option('--run <name...>', 'training runs')
    .option('--campaign <id>', 'a red-team campaign')
    .option('--evaluation <id>', 'an evaluation')
    .option('--study <id>', 'a closed expert study')
    .description('evidence.json and evidence.html: claims with their rows and log positions')
    .action((options: BuildOptions, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { run, ...rest } = options;
        const reply = await client.post(EvidenceReply, '/v1/evidence', { ...rest, runs: run ?? [] });
        terminal.result(reply, [`${reply.claims} claims: ${reply.directory}/evidence.html`]);
      }),
    );
}
