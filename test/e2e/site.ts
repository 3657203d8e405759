import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { serve } from '@hono/node-server';
import { inject } from 'vitest';
import { signInLink } from '../../src/accounts/links.ts';
import { createApp } from '../../src/server/app.ts';
import { type AppOptions, openTestApp, type TestApp } from '../app.ts';
import { builtOnce } from '../built-once.ts';
import { openCollectedApp } from '../collected.ts';
import { teacher } from '../example.ts';

export type Site = {
  app: TestApp;
  url: string;
  /** Signs the operator in; good for one use. */
  link: string;
  /** A link that signs an enrolled account in; good for one use. */
  signIn(account: string): Promise<string>;
  close(): Promise<void>;
};

/** The pages as they are now, built by whichever test file of a run needs them first. */
async function builtPages(): Promise<string> {
  const pages = inject('pages');
  await builtOnce(pages, async () => {
    const vite = ['node_modules/vite/bin/vite.js', 'build', '--outDir', pages, '--emptyOutDir', '--logLevel', 'error'];
    await promisify(execFile)(process.execPath, vite, { env: { NODE_ENV: 'production' } });
  });
  return pages;
}

/**
 * The whole application with the pages as they are now, served on a free port, and a sign-in link for an operator. With
 * `collected` the example's questions of these kinds are reviewed already.
 */
export async function openSite(
  more: Pick<AppOptions, 'scorer' | 'endpoints'> & { collected?: string[] } = {},
): Promise<Site> {
  const { collected, ...rest } = more;
  const options = { workers: true, ...rest, endpoints: { teacher, ...rest.endpoints } };
  const [pages, app] = await Promise.all([
    builtPages(),
    collected === undefined ? openTestApp(options) : openCollectedApp(collected, options),
  ]);
  await app.account('operator', ['admin', 'engineer', 'steward', 'red-teamer', 'auditor']);
  const admin = app.services.contextFor({ id: 'test-admin', name: 'Test admin', roles: ['admin'] });
  const server = serve({ fetch: createApp(app.services, pages).fetch, hostname: '127.0.0.1', port: 0 });
  await new Promise((listening) => server.once('listening', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server's address is of this kind
  const signIn = async (account: string): Promise<string> => `${url}${(await signInLink(admin, account)).path}`;
  return {
    app,
    url,
    link: await signIn('operator'),
    signIn,
    close: async () => {
      await new Promise((closed) => server.close(closed));
      await app.close();
    },
  };
}
