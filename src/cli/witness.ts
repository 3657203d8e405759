import { serve } from '@hono/node-server';
import type { Command } from 'commander';
import { systemClock } from '../core/clock.ts';
import { AppError } from '../core/error.ts';
import { formatVkey } from '../ledger/checkpoints/vkey.ts';
import { environmentVariable } from '../server/config.ts';
import { witnessRoutes } from '../witness/routes.ts';
import { openWitness } from '../witness/witness.ts';
import { invocation } from './command.ts';

type WitnessOptions = { dir: string; name: string; log: string[]; listen: string };

export function witnessCommands(program: Command): void {
  program
    .command('witness')
    .requiredOption('--dir <dir>', 'directory of the witness: its key and what it has cosigned')
    .requiredOption('--name <name>', "the witness's name in policies, for example witness.hospital.example")
    .requiredOption('--log <vkey...>', 'verifier key of a log to witness ("safemed log status" shows it)')
    .option('--listen <host:port>', 'where to listen', '127.0.0.1:4320')
    .description("cosign another organisation's log: run on a host of your own, without a workspace")
    .action(run);
}

async function run(options: WitnessOptions, command: Command): Promise<void> {
  const { terminal } = invocation(command);
  const { host, port } = address(options.listen);
  const witness = await openWitness({
    directory: options.dir,
    name: options.name,
    logs: options.log,
    clock: systemClock,
    passphrase: environmentVariable('SAFEMED_KEY_PASSPHRASE'),
  });
  const routes = witnessRoutes(witness, (message) => process.stderr.write(`error: ${message}\n`));
  const server = serve({ fetch: routes.fetch, hostname: host, port }, (bound) => {
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`;
    const vkey = formatVkey(witness.key);
    terminal.result({ name: witness.key.name, vkey, url, logs: witness.logs.map((log) => log.name) }, [
      `Witness ${witness.key.name} for ${witness.logs.map((log) => log.name).join(', ')}. Line for a policy file:`,
      `witness ${witness.key.name} ${vkey} ${url}`,
      'Stop with Ctrl+C.',
    ]);
  });
  server.on('error', (error) => {
    process.stderr.write(`safemed: The witness cannot listen on ${options.listen}: ${error.message}.\n`);
    void witness.close().then(() => process.exit(4));
  });
  const stop = (): void => {
    server.close();
    void witness.close().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function address(text: string): { host: string; port: number } {
  const match = /^(.+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  const host = match?.[1]?.replace(/^\[(.*)\]$/, '$1');
  if (host === undefined || port > 65535)
    throw new AppError('invalid_input', `--listen ${text} is not <host>:<port>, for example 127.0.0.1:4320.`);
  return { host, port };
}
