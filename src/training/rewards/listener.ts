import { randomBytes } from 'node:crypto';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { Context } from '../../context/context.ts';
import type { AppEnv } from '../../context/http.ts';
import { parse } from '../../context/http.ts';
import { AppError, httpStatus, messageOf } from '../../core/error.ts';
import { rewardHealth } from './health.ts';
import { RewardHealth, RewardReply, RewardRequest } from './schema.ts';
import { scoreBatch } from './score.ts';

export type RewardListener = {
  url: string;
  /** Why the run gets no more rewards; asking again cannot help. */
  ended(): AppError | undefined;
  close(): Promise<void>;
};

/**
 * The reward service of one local run, on a port of this machine only and under a path that nobody can guess: the run
 * needs no account, and nothing else can ask for rewards in its name. `onEnd` is called once rewards have ended for good.
 */
export async function listenForRewards(ctx: Context, run: string, onEnd: () => void): Promise<RewardListener> {
  const secret = randomBytes(24).toString('base64url');
  let end: AppError | undefined;
  const app = new Hono<AppEnv>().basePath(`/${secret}`);
  app.post('/v1/rewards', async (c) => {
    const request = parse(RewardRequest, await c.req.json(), 'reward request');
    if (request.run_id !== run) throw new AppError('forbidden', 'This reward service belongs to another run.');
    return c.json(RewardReply.parse(await scoreBatch(ctx, request)));
  });
  app.get('/health', async (c) => c.json(RewardHealth.parse(await rewardHealth(ctx, { run }))));
  app.onError((error) => {
    const known = error instanceof AppError ? error : new AppError('internal', messageOf(error), { cause: error });
    ctx.log('warn', `reward service: ${known.message}`);
    if (end === undefined && (known.code === 'incomplete' || known.details.stopped !== undefined)) {
      end = known;
      onEnd();
    }
    return Response.json({ error: { code: known.code, message: known.message } }, { status: httpStatus(known.code) });
  });
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, (address) => {
      resolve({
        url: `http://127.0.0.1:${address.port}/${secret}`,
        ended: () => end,
        close: () => new Promise((done) => server.close(() => done())),
      });
    });
  });
}
