import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '../context/actor.ts';
import type { Context } from '../context/context.ts';
import type { AppEnv } from '../context/http.ts';
import { AppError, httpStatus } from '../core/error.ts';
import { utf8 } from './bytes.ts';
import { openCheckpoint } from './checkpoints/checkpoint.ts';
import { signerFromSeed } from './keys/ed25519.ts';
import { createLog, type Log } from './log/log.ts';
import { logRoutes } from './routes.ts';
import { checkTiles } from './tiles/check.ts';

const origin = 'cts.example/test';
const size = 300;
let directory = '';
let log: Log;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'log-routes-'));
  log = await createLog({ directory, origin, signer: signerFromSeed(Buffer.alloc(32, 3)) });
  await log.append(Array.from({ length: size }, (_, i) => utf8(`leaf ${i}`)));
});
afterAll(() => rm(directory, { recursive: true }));

function get(path: string, ...roles: Role[]): Response | Promise<Response> {
  const ledger = { sequencer: { log } };
  const ctx = { actor: { id: 'a', name: 'A', roles }, ledger } as unknown as Context; // the routes use these two
  const app = new Hono<AppEnv>();
  app.use((c, next) => {
    c.set('ctx', ctx);
    return next();
  });
  app.onError(
    (error) => new Response(error.message, { status: error instanceof AppError ? httpStatus(error.code) : 500 }),
  );
  return app.route('/v1/log', logRoutes).request(`/v1/log/${path}`);
}

test('whoever reads the log over HTTP can check every tile and entry against the signed head', async () => {
  const response = await get('checkpoint');
  expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  const head = openCheckpoint(await response.text(), log.key);
  const read = async (path: string): Promise<Uint8Array | undefined> => {
    const answer = await get(path, 'auditor');
    return answer.status === 200 ? new Uint8Array(await answer.arrayBuffer()) : undefined;
  };
  let leaves = 0;
  await checkTiles({ read }, { size: head.size, root: head.root, entries: true, onLeaf: () => leaves++ });
  expect(leaves).toBe(size);
});

test('tiles may be cached for ever, checkpoints not at all', async () => {
  const tile = await get('tile/0/000');
  expect(tile.headers.get('content-type')).toBe('application/octet-stream');
  expect(tile.headers.get('cache-control')).toContain('immutable');
  expect((await get('checkpoint')).headers.get('cache-control')).toBe('no-cache');
});

test('entry bundles are for auditors only and never for shared caches', async () => {
  expect((await get('tile/entries/000', 'reviewer')).status).toBe(403);
  const bundle = await get('tile/entries/000', 'auditor');
  expect(bundle.status).toBe(200);
  expect(bundle.headers.get('cache-control')).toContain('private');
});

test.each(['tile/0/002', 'tile/0/001', 'tile/0/001.p/45', 'tile/0/1', 'tile/0/000.p/0', 'tile/0/../../head.json'])(
  'a path that the head does not imply is not served: %s',
  async (path) => {
    expect((await get(path, 'auditor')).status).toBe(404);
  },
);
