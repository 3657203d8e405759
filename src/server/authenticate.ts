import { Hono, type MiddlewareHandler } from 'hono';
import { actorForToken } from '../accounts/actions.ts';
import { openSession, sessionOf } from '../accounts/library.ts';
import { requireSameOrigin } from '../accounts/origin.ts';
import { actorForSession, redeemSignInLink } from '../accounts/sign-in.ts';
import type { Actor } from '../context/actor.ts';
import type { AppEnv } from '../context/http.ts';
import { AppError } from '../core/error.ts';
import type { Services } from './services.ts';

/** Who asks before anybody is known; holds no role. */
export const nobody: Actor = { id: 'nobody', name: 'Nobody', roles: [] };
const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Gives every request the context of the account whose API token or session it carries. */
export function authenticate(services: Services): MiddlewareHandler<AppEnv> {
  const { signIn } = services;
  return async (c, next) => {
    const ctx = services.contextFor(nobody);
    const reads = readingMethods.has(c.req.method);
    const bearer = /^Bearer (\S+)$/.exec(c.req.header('authorization') ?? '')?.[1];
    if (bearer !== undefined) {
      const found = await actorForToken(ctx, bearer);
      if (found === undefined) throw new AppError('not_signed_in', 'This token is unknown, expired or revoked.');
      if (found.scope === 'read' && !reads)
        throw new AppError('forbidden', 'This token may only read. Make one with the scope "write".');
      c.set('ctx', services.contextFor(found.actor));
      return next();
    }
    const session = await sessionOf(c, signIn, ctx.clock.now());
    if (session === undefined)
      throw new AppError('not_signed_in', 'Sign in first, or send an API token as "Authorization: Bearer …".');
    // A cookie travels with requests that other sites cause; only pages of this server may write with it.
    if (!reads) requireSameOrigin(c, signIn.settings.origin);
    c.set('ctx', services.contextFor(await actorForSession(ctx, session)));
    return next();
  };
}

/** `/session?code=…`: the one-time sign-in link that the server prints. It becomes a session and cannot be used again. */
export function sessionRoutes(services: Services): Hono<AppEnv> {
  return new Hono<AppEnv>().get('/', async (c) => {
    const account = await redeemSignInLink(services.contextFor(nobody), c.req.query('code') ?? '');
    await openSession(c, services.signIn, account);
    return c.redirect('/');
  });
}
