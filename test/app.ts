import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { enrolAccount, issueToken } from '../src/accounts/actions.ts';
import type { Role } from '../src/context/actor.ts';
import type { Scorer } from '../src/context/context.ts';
import { configFile, workspaceAt } from '../src/context/workspace.ts';
import type { Clock } from '../src/core/clock.ts';
import { AppError } from '../src/core/error.ts';
import type { EndpointConfig } from '../src/llm/schema.ts';
import { createApp } from '../src/server/app.ts';
import { type OpenDatabase, openServices, type Services } from '../src/server/services.ts';
import { startWorkers } from '../src/server/workers.ts';
import { openTestDatabase } from './database.ts';

export type Reply = { status: number; body: unknown };

/** What a person reviews: no language or specialty given means all. */
type Reviews = { languages?: string[]; specialties?: string[] };

export type TestApp = {
  services: Services;
  root: string;
  /** Sends a request as an account that holds exactly these roles (enrolled when first used). */
  as(...roles: Role[]): { id: string; send(method: string, path: string, body?: unknown): Promise<Reply> };
  /** The API token of the account that `as` uses for these roles. */
  token(...roles: Role[]): Promise<string>;
  /** Enrols a named account, for example a demo reviewer, and returns a sender for it. */
  account(
    id: string,
    roles: Role[],
    credential?: string,
    reviews?: Reviews,
  ): Promise<(method: string, path: string, body?: unknown) => Promise<Reply>>;
  /** A browser on a page of the server: keeps cookies, and sends what browsers send. */
  browser(): (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Reply & { setCookie: string[]; location: string | null }>;
  /** Sends without any token. */
  anonymous(method: string, path: string, body?: unknown): Promise<Reply>;
  close(): Promise<void>;
};

const missingScorer: Scorer & { close(): Promise<void> } = {
  embed: async () => {
    throw new AppError('unavailable', 'This test has no scorer.');
  },
  reward: async () => {
    throw new AppError('unavailable', 'This test has no scorer.');
  },
  close: async () => undefined,
};

export type AppOptions = {
  endpoints?: Record<string, EndpointConfig>;
  profile?: string;
  clock?: Clock;
  scorer?: Scorer & { close(): Promise<void> };
  workers?: boolean;
  /** A policy file with the witnesses of the log. */
  witnesses?: string;
  /** The parts of these names of safemed.yaml. */
  signIn?: Record<string, unknown>;
  launchers?: Record<string, unknown>;
  /** The database, and the folder of a workspace to begin with a copy of. */
  from?: { database: OpenDatabase; root?: string };
};

/** One JSON document, and not one a line. */
function isDocument(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('application/json') === true;
}

/** The whole application on a database of its own, in a temporary workspace. Time stands at the given clock, if any. */
export async function openTestApp(options: AppOptions = {}): Promise<TestApp> {
  const root = mkdtempSync(join(tmpdir(), 'safemed-'));
  if (options.from?.root !== undefined) cpSync(options.from.root, root, { recursive: true });
  const config = {
    profile: options.profile ?? 'medical',
    log: {
      origin: 'cts.example/test',
      ...(options.witnesses === undefined ? {} : { witnesses: options.witnesses }),
    },
    endpoints: options.endpoints ?? {},
    ...(options.signIn === undefined ? {} : { signIn: options.signIn }),
    ...(options.launchers === undefined ? {} : { launchers: options.launchers }),
  };
  writeFileSync(join(root, configFile), stringify(config));
  const services = await openServices({
    workspace: workspaceAt(root),
    log: () => undefined,
    openScorer: () => options.scorer ?? missingScorer,
    database: options.from?.database ?? (await openTestDatabase()),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  if (options.workers === true) await startWorkers(services);
  const app = createApp(services);
  const admin = services.contextFor({ id: 'test-admin', name: 'Test admin', roles: ['admin'] });
  const enrolled = new Set(
    (await services.db.query<{ id: string }>('SELECT id FROM account')).map((account) => account.id),
  );
  const tokens = new Map<string, Promise<string>>();
  const tokenFor = (id: string, roles: Role[], credential?: string, reviews: Reviews = {}): Promise<string> => {
    const known = tokens.get(id);
    if (known !== undefined) return known;
    const made = (async () => {
      const person = { id, name: id, roles, ...reviews, ...(credential === undefined ? {} : { credential }) };
      if (!enrolled.has(id)) await enrolAccount(admin, person);
      return issueToken(services.contextFor({ id, name: id, roles }), { account: id, label: 'test' });
    })();
    tokens.set(id, made);
    return made;
  };
  const send = async (token: string | undefined, method: string, path: string, body?: unknown): Promise<Reply> => {
    const headers: Record<string, string> = {};
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await app.request(path, init);
    const text = await response.text();
    return { status: response.status, body: isDocument(response) ? JSON.parse(text) : text };
  };
  return {
    services,
    root,
    as: (...roles) => {
      const id = `test-${roles.join('-')}`;
      return { id, send: async (method, path, body) => send(await tokenFor(id, roles), method, path, body) };
    },
    token: (...roles) => tokenFor(`test-${roles.join('-')}`, roles),
    account: async (id, roles, credential, reviews) => {
      const token = await tokenFor(id, roles, credential, reviews);
      return (method, path, body) => send(token, method, path, body);
    },
    browser: () => {
      const cookies = new Map<string, string>();
      return async (method, path, body, more = {}) => {
        const headers: Record<string, string> = {
          'sec-fetch-site': 'same-origin',
          origin: 'http://localhost',
          ...more,
        };
        if (cookies.size > 0) headers.cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
        if (body !== undefined) headers['content-type'] = 'application/json';
        const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
        const response = await app.request(path, init);
        const setCookie = response.headers.getSetCookie();
        for (const line of setCookie) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          if (/max-age=0/i.test(line)) cookies.delete(name);
          else cookies.set(name, value);
        }
        const text = await response.text();
        const reply = { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
        return { ...reply, setCookie, location: response.headers.get('location') };
      };
    },
    anonymous: (method, path, body) => send(undefined, method, path, body),
    close: async () => {
      await services.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
