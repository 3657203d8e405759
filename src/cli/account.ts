import type { Command } from 'commander';
import { Account, AccountList, OneTimeLink, TokenReply } from '../accounts/schema.ts';
import { withClient } from './command.ts';

type EnrolOptions = {
  name: string;
  role: string[];
  credential?: string;
  specialty?: string[];
  language?: string[];
  email?: string;
};

export function accountCommands(program: Command): void {
  const account = program.command('account').description('people and services, their roles and tokens');
  account
    .command('enrol')
    .argument('<id>', 'short name, for example dr-lin')
    .requiredOption('--name <name>', 'printed name')
    .requiredOption('--role <role...>', 'roles')
    .option('--credential <text>', 'registration or licence that was checked')
    .option('--specialty <name...>', 'fields the person reviews in (default: all)')
    .option('--language <code...>', 'languages the person reviews in (default: all)')
    .option('--email <address>', 'also a name to sign in with')
    .description('enrol an account')
    .action((id: string, options: EnrolOptions, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { name, role, credential, specialty = [], language = [], email } = options;
        const body = {
          id,
          name,
          roles: role,
          specialties: specialty,
          languages: language,
          ...(credential === undefined ? {} : { credential }),
          ...(email === undefined ? {} : { email }),
        };
        const made = await client.post(Account, '/v1/accounts', body);
        terminal.result(made, [`Enrolled ${made.name} (${made.id}) as ${made.roles.join(', ')}.`]);
      }),
    );
  account
    .command('token')
    .argument('<id>')
    .option('--label <text>', 'what the token is for', 'command line')
    .option('--scope <scope>', 'read or write', 'write')
    .option('--days <n>', 'days until it stops working', Number)
    .description('make an API token; it is shown once')
    .action((id: string, options: { label: string; scope: string; days?: number }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const reply = await client.post(TokenReply, `/v1/accounts/${id}/tokens`, options);
        terminal.result(reply, [reply.token]);
      }),
    );
  account
    .command('invite')
    .argument('<id>')
    .description('make a one-time link, valid for 7 days, with which a person sets up how they sign in')
    .action((id: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const link = await client.post(OneTimeLink, `/v1/accounts/${id}/invitation`, {});
        terminal.result(link, [link.path, `Put it behind the address of the pages; it works until ${link.expiresAt}.`]);
      }),
    );
  account
    .command('link')
    .description('make a one-time link, valid for 10 minutes, that signs the operator of this machine in')
    .action((_: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const link = await client.post(OneTimeLink, '/v1/accounts/operator/sign-in-link', {});
        // Browsers accept passkeys under a name only, and this machine's is localhost.
        const address = client.where.startsWith('http') ? client.where.replace('//127.0.0.1:', '//localhost:') : '';
        terminal.result(link, [`${address}${link.path}`]);
      }),
    );
  account
    .command('revoke')
    .argument('<id>')
    .description('end an account: sessions and tokens stop working at once')
    .action((id: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const gone = await client.post(Account, `/v1/accounts/${id}/revocation`, {});
        terminal.result(gone, [`Revoked ${gone.name} (${gone.id}).`]);
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
          accounts.map(
            (one) =>
              `${one.id}\t${one.name}\t${one.roles.join(', ')}${one.demo ? '\tdemo' : ''}${one.revokedAt === undefined ? '' : '\trevoked'}`,
          ),
        );
      }),
    );
}
