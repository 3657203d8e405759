import type { Command } from 'commander';
import { findWorkspace, type Workspace } from '../context/workspace.ts';
import { type Client, clientOf } from './client.ts';
import { connect } from './connection.ts';
import { type Terminal, terminal } from './terminal.ts';

export type GlobalOptions = { json?: boolean; workspace?: string; server?: string; token?: string };

export type Invocation = { options: GlobalOptions; terminal: Terminal; workspace(): Workspace };

/** The global options of a command as given anywhere on its line, and where its output goes. */
export function invocation(command: Command): Invocation {
  const options = command.optsWithGlobals<GlobalOptions>();
  return {
    options,
    terminal: terminal(options.json === true, process.stdout, process.stderr),
    workspace: () => findWorkspace(process.cwd(), options.workspace),
  };
}

/** Runs work with a client, which is closed whatever happens. */
export async function withClient<T>(
  command: Command,
  work: (client: Client, inv: Invocation) => Promise<T>,
): Promise<T> {
  const inv = invocation(command);
  const { server, token } = inv.options;
  const connection = await connect({
    workspace: inv.workspace,
    ...(server === undefined ? {} : { server }),
    ...(token === undefined ? {} : { token }),
  });
  try {
    return await work(clientOf(connection), inv);
  } finally {
    await connection.close();
  }
}
