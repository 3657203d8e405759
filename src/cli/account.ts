import type { Command } from 'commander';
import { Account, AccountList, TokenReply } from '../accounts/schema.ts';
import { withClient } from './command.ts';

export function accountCommands(program: Command): void {
  const account = program.command('account').description('people and services, their roles and tokens');
  account
    .command('enrol')
    .argument('<id>', 'short name, for example dr-lin')
    .requiredOption('--name <name>', 'printed name')
    .requiredOption('--role <role...>', 'roles')
    .option('--credential <text>', 'registration or licence that was checked')
    .description('enrol an account')
    .action((id: string, options: { name: string; role: string[]; credential?: string }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { name, role, credential } = options;
        const body = { id, name, roles: role, ...(credential === undefined ? {} : { credential }) };
        const made = await client.post(Account, '/v1/accounts', body);
        terminal.result(made, [`Enrolled ${made.name} (${made.id}) as ${made.roles.join(', ')}.`]);
      }),
    );
  account
    .command('token')
    .argument('<id>')
    .option('--label <text>', 'what the token is for', 'command line')
    .description('make an API token; it is shown once')
    .action((id: string, options: { label: string }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const reply = await client.post(TokenReply, `/v1/accounts/${id}/tokens`, { label: options.label });
        terminal.result(reply, [reply.token]);
      }),
    );
  account
    .command('list')
    .description('all accounts')
    .action((_: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { accounts } = await client.get(AccountList, '/v1/accounts');
        terminal.result(
          { accounts },
          accounts.map((one) => `${one.id}\t${one.name}\t${one.roles.join(', ')}${one.demo ? '\tdemo' : ''}`),
        );
      }),
    );
}
