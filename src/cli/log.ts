import type { Command } from 'commander';
import { LogStatus } from '../ledger/schema.ts';
import { withClient } from './command.ts';

export function logCommands(program: Command): void {
  const log = program.command('log').description('the event log: its head, its key, its witnesses');
  log
    .command('status')
    .description('size, root and keys of the log, and how far witnesses have cosigned it')
    .action((_: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const status = await client.get(LogStatus, '/v1/log/status');
        terminal.result(status, statusLines(status));
      }),
    );
  log
    .command('rotate-key')
    .description('give the log a new key; the old one signs heads beside it until you take its file away')
    .action((_: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const status = await client.post(LogStatus, '/v1/log/rotation', {});
        terminal.result(status, ['The log has a new key. Give it to witnesses and readers:', ...statusLines(status)]);
      }),
    );
}

function statusLines(status: LogStatus): string[] {
  return [
    `Log ${status.origin}, ${status.size} leaves, root ${status.rootHash}, ${status.pending} events wait.`,
    `log ${status.key}`,
    ...status.formerKeys.map(({ vkey, signs }) => `former key ${vkey}${signs ? ', still signs heads' : ''}`),
    status.witnessed === undefined
      ? 'No head with its quorum of witnesses is known to this process.'
      : `Its witnesses have cosigned it up to size ${status.witnessed}.`,
  ];
}
