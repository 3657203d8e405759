import { randomBytes } from 'node:crypto';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { Context } from '../../context/context.ts';
import type { AppEnv } from '../../context/http.ts';
import { parse } from '../../context/http.ts';
import { AppError, httpStatus, messageOf } from '../../core/error.ts';
import { RewardReply, RewardRequest } from '../schema.ts';
import { type RewardJudge, scoreBatch } from './score.ts';

export type RewardListener = { url: string; close(): Promise<void> };

/**
 * The reward service of one local run, on a port of this machine only and under a path that nobody can guess: the run
 * needs no account, and nothing else can ask for rewards in its name.
 */
export async function listenForRewards(ctx: Context, judge: RewardJudge): Promise<RewardListener> {
  const secret = randomBytes(24).toString('base64url');
  const app = new Hono<AppEnv>();
  app.post(`/${secret}/v1/rewards`, async (c) => {
    const request = parse(RewardRequest, await c.req.json(), 'reward request');
    return c.json(RewardReply.parse(await scoreBatch(ctx, judge, request)));
  });
  app.onError((error) => {
    const known = error instanceof AppError ? error : new AppError('internal', messageOf(error), { cause: error });
    ctx.log('warn', `reward service: ${known.message}`);
    return Response.json({ error: { code: known.code, message: known.message } }, { status: httpStatus(known.code) });
  });
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, (address) => {
      resolve({
        url: `http://127.0.0.1:${address.port}/${secret}`,
        close: () => new Promise((done) => server.close(() => done())),
      });
    });
  });
}
