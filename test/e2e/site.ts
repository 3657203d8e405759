import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serve } from '@hono/node-server';
import { signInLink } from '../../src/accounts/links.ts';
import { createApp } from '../../src/server/app.ts';
import { openTestApp, type TestApp } from '../app.ts';
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

/** The whole application with freshly built pages, served on a free port, and a sign-in link for an operator. */
export async function openSite(): Promise<Site> {
  const pages = mkdtempSync(join(tmpdir(), 'safemed-web-'));
  const vite = ['node_modules/vite/bin/vite.js', 'build', '--outDir', pages, '--emptyOutDir', '--logLevel', 'error'];
  const built = promisify(execFile)(process.execPath, vite, { env: { NODE_ENV: 'production' } });
  const app = await openTestApp({ endpoints: { teacher }, workers: true });
  await built;
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
      rmSync(pages, { recursive: true, force: true });
    },
  };
}
