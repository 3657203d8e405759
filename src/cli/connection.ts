import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Workspace } from '../context/workspace.ts';
import { AppError, messageOf } from '../core/error.ts';
import { environmentVariable } from '../server/config.ts';
import { operatorToken } from '../server/operator-token.ts';

/** Where requests go: a server by HTTP, or the application opened in this process. Same routes, same checks. */
export type Connection = {
  readonly where: string;
  readonly token: string;
  send(request: Request): Promise<Response>;
  close(): Promise<void>;
};

const Announcement = z.object({ url: z.url(), pid: z.int() });

/** Where a running server announces itself to commands in its workspace. */
export function announcementFile(workspace: Workspace): string {
  return join(workspace.root, 'server.json');
}

/** Connects to the server given, else to the one running in the workspace, else opens the workspace in this process. */
export async function connect(options: {
  server?: string;
  workspace: () => Workspace;
  token?: string;
}): Promise<Connection> {
  const given = options.token ?? environmentVariable('SAFEMED_TOKEN');
  if (options.server !== undefined) {
    if (given === undefined)
      throw new AppError(
        'not_signed_in',
        'A server needs a token: put it into the environment variable SAFEMED_TOKEN.',
      );
    return remote(options.server, given);
  }
  const workspace = options.workspace();
  const running = runningServer(workspace);
  if (running !== undefined) return remote(running, given ?? operatorToken(workspace));
  return local(workspace, given);
}

function runningServer(workspace: Workspace): string | undefined {
  const path = announcementFile(workspace);
  if (!existsSync(path)) return undefined;
  const { url, pid } = Announcement.parse(JSON.parse(readFileSync(path, 'utf8')));
  try {
    process.kill(pid, 0);
    return url;
  } catch {
    return undefined; // left behind by a server that was killed
  }
}

function remote(server: string, token: string): Connection {
  return {
    where: server,
    token,
    send: async (request) => {
      const target = new URL(new URL(request.url).pathname + new URL(request.url).search, server);
      try {
        return await fetch(new Request(target, request));
      } catch (error) {
        throw new AppError(
          'unavailable',
          `The server at ${server} does not answer: ${messageOf(error)}. Is it running?`,
          { cause: error },
        );
      }
    },
    close: async () => undefined,
  };
}

async function local(workspace: Workspace, token: string | undefined): Promise<Connection> {
  // Most of what this program consists of: commands that need no workspace, and help, do not wait for it.
  const [{ createApp }, { openWorkspace }] = await Promise.all([
    import('../server/app.ts'),
    import('../server/open.ts'),
  ]);
  const services = await openWorkspace(workspace, (level, message) => {
    if (level !== 'info') process.stderr.write(`${level}: ${message}\n`);
  });
  const app = createApp(services);
  return {
    where: workspace.root,
    token: token ?? operatorToken(workspace),
    send: async (request) => app.fetch(request),
    close: () => services.close(),
  };
}
