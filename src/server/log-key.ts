import { Hono } from 'hono';
import type { AppEnv } from '../context/http.ts';
import { AppError } from '../core/error.ts';
import { rotateKey } from '../ledger/rotate.ts';
import { LogStatus } from '../ledger/schema.ts';
import { allReleases } from '../release/actions.ts';

/** Changing the log's key, which the ledger does and a release under way forbids: its manifest needs the key of its seal. */
export const logKeyRoutes = new Hono<AppEnv>().post('/rotation', async (c) => {
  const status = await rotateKey(c.var.ctx, async (ctx) => {
    const open = (await allReleases(ctx)).find((release) => release.state === 'sealed');
    if (open === undefined) return;
    throw new AppError(
      'conflict',
      `The release "${open.name}" is sealed but not finished. Approve it to its end first: it must be signed by one key.`,
    );
  });
  return c.json(LogStatus.parse(status));
});
