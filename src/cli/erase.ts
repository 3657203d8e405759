import { type Command, Option } from 'commander';
import { EraseReply } from '../governance/erasure-schema.ts';
import { ErasureReason } from '../ledger/erasure/schema.ts';
import { withClient } from './command.ts';

export function eraseCommands(program: Command): void {
  program
    .command('erase')
    .argument('<record>', 'the id of a question, or of its instance')
    .addOption(new Option('--reason <code>', 'why').choices(ErasureReason.options).makeOptionMandatory())
    .description(
      'erase everything held of one example for good; the log keeps its leaves and the record of the erasure',
    )
    .action((record: string, { reason }: { reason: string }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const reply = await client.post(EraseReply, '/v1/erasures', { record, reason });
        terminal.result(reply, lines(reply));
      }),
    );
}

function lines({ record, subject, erasedAt, releases, runs, models }: EraseReply): string[] {
  const list = (names: string[]): string => (names.length === 0 ? 'none' : names.join(', '));
  return [
    `${record} (${subject}) was erased at ${erasedAt}. It cannot be brought back.`,
    `Releases that now hold a tombstone: ${list(releases)}. Ask whoever has an older copy to replace it.`,
    `Training runs on them: ${list(runs)}. Models trained on it: ${list(models)}. Decide what becomes of them.`,
    'Copies of the database made before today still hold its texts outside the event log: destroy them.',
  ];
}
