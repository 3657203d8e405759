import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { configFile, createDirectories, workspaceAt } from '../context/workspace.ts';
import { AppError, messageOf } from '../core/error.ts';
import { doctor } from '../server/doctor.ts';
import type { Services } from '../server/services.ts';
import { type Invocation, invocation } from './command.ts';
import { announcementFile } from './connection.ts';

/** The safemed.yaml of a new workspace. */
export function newConfig(origin: string): string {
  return `# SafeMed-R1 workspace. Every key is explained in docs/reference/configuration.md.
profile: medical
database: embedded            # or postgres://user@host/name
listen: { host: 127.0.0.1, port: 4319 }
log: { origin: ${origin} }
endpoints: {}
  # teacher: { type: openai, baseUrl: http://127.0.0.1:8000/v1, model: my-model, apiKeyEnv: TEACHER_KEY }
`;
}

export function workspaceCommands(program: Command): void {
  program
    .command('init')
    .argument('[dir]', 'directory of the new workspace', '.')
    .description('create a workspace')
    .action((dir: string, _: unknown, command: Command) => {
      const { terminal } = invocation(command);
      const root = resolve(dir);
      if (existsSync(join(root, configFile))) throw new AppError('conflict', `${root} is a workspace already.`);
      if (existsSync(root) && readdirSync(root).length > 0 && dir !== '.')
        throw new AppError('conflict', `${root} is not empty. Choose an empty or new directory.`);
      mkdirSync(root, { recursive: true });
      const workspace = workspaceAt(root);
      writeFileSync(workspace.config, newConfig(`cts.local/${randomBytes(6).toString('hex')}`), { flag: 'wx' });
      createDirectories(workspace);
      terminal.result({ workspace: root, config: workspace.config }, [
        `Created the workspace ${root}.`,
        `Next: name your models in ${workspace.config}, then "safemed corpus import FILE --dataset NAME".`,
      ]);
    });

  program
    .command('start')
    .option('--port <port>', 'port to listen on', (text) => Number(text))
    .description('serve the web pages and the API of the workspace')
    .action(async (options: { port?: number }, command: Command) => {
      await start(command, options.port);
    });

  program
    .command('doctor')
    .description('say what this machine and workspace have and lack')
    .action(async (_: unknown, command: Command) => {
      const inv = invocation(command);
      const report = await doctor(process.cwd(), inv.options.workspace);
      inv.terminal.result(
        report,
        report.checks.map((check) => `${check.ok ? 'ok     ' : 'missing'} ${check.name}: ${check.detail}`),
      );
      if (report.checks.some((check) => !check.ok && check.required)) process.exitCode = 4;
    });
}

async function start(command: Command, port: number | undefined): Promise<void> {
  const inv = invocation(command);
  const workspace = inv.workspace();
  const [{ serve }, { createApp }, { openWorkspace }] = await Promise.all([
    import('@hono/node-server'),
    import('../server/app.ts'),
    import('../server/open.ts'),
  ]);
  const services = await openWorkspace(workspace, (level, message) => inv.terminal.say(`${level}: ${message}`));
  await services.signIn.api(); // loaded now: the first person to sign in does not wait for it
  const { host: hostname, port: configured } = services.config.listen;
  const server = serve({ fetch: createApp(services).fetch, hostname, port: port ?? configured }, (address) => {
    const url = `http://${hostname}:${address.port}`;
    writeFileSync(announcementFile(workspace), JSON.stringify({ url, pid: process.pid }));
    inv.terminal.say(`SafeMed-R1 serves ${workspace.root}`);
    void announce(inv, services, address.port);
  });
  const stop = (): void => {
    rmSync(announcementFile(workspace), { force: true });
    server.close();
    void services.close().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

/** Says where the pages are and how to get in; links with a code go to people's terminal only. */
async function announce({ terminal }: Invocation, services: Services, port: number): Promise<void> {
  const { host } = services.config.listen;
  // Browsers accept passkeys under a name only, and this machine's is localhost.
  const local = host === '127.0.0.1' ? 'localhost' : host;
  const pages = services.config.signIn.origin ?? `http://${local}:${port}`;
  try {
    const { startLinks } = await import('../server/operator.ts');
    const { operator, setup } = await startLinks(services, pages);
    if (setup !== undefined) {
      terminal.say(`Nobody administers this workspace yet. Become its administrator (once, within 24 hours):`);
      terminal.say(`Setup ${setup}`);
    }
    terminal.say(`Open  ${operator}`);
    terminal.say('      (signs the operator in: once, within 10 minutes; "safemed account link" makes another)');
  } catch (error) {
    terminal.say(`error: no sign-in link could be made: ${messageOf(error)}`);
  }
  terminal.say('Stop with Ctrl+C.');
}
