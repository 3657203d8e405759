import { Hono, type MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { actorForToken } from '../accounts/actions.ts';
import type { Actor } from '../context/actor.ts';
import type { AppEnv } from '../context/http.ts';
import { AppError } from '../core/error.ts';
import type { Services } from './services.ts';

const cookieName = 'safemed_session';
/** Who asks before anybody is known; holds no role. */
const nobody: Actor = { id: 'nobody', name: 'Nobody', roles: [] };
const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Gives every request the context of the account whose token it carries, as bearer token or session cookie. */
export function authenticate(services: Services): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const bearer = /^Bearer (\S+)$/.exec(c.req.header('authorization') ?? '')?.[1];
    const cookie = getCookie(c, cookieName);
    const token = bearer ?? cookie;
    if (token === undefined)
      throw new AppError('not_signed_in', 'Sign in first, or send an API token as "Authorization: Bearer …".');
    // A cookie travels with requests that other sites cause; only same-origin pages may write with it.
    if (bearer === undefined && !readingMethods.has(c.req.method) && c.req.header('sec-fetch-site') !== 'same-origin')
      throw new AppError('forbidden', 'This request did not come from a page of this server.');
    const actor = await actorForToken(services.contextFor(nobody), token);
    if (actor === undefined) throw new AppError('not_signed_in', 'This token is unknown, expired or revoked.');
    c.set('ctx', services.contextFor(actor));
    await next();
  };
}

/** `/session?token=…`: the sign-in link that the server prints at its start. It becomes a cookie that scripts cannot read. */
export function sessionRoutes(services: Services): Hono<AppEnv> {
  return new Hono<AppEnv>().get('/', async (c) => {
    const token = c.req.query('token') ?? '';
    if ((await actorForToken(services.contextFor(nobody), token)) === undefined)
      throw new AppError(
        'not_signed_in',
        'This sign-in link is not valid any more. The server prints a valid one when it starts.',
      );
    const secure = new URL(c.req.url).protocol === 'https:';
    setCookie(c, cookieName, token, { httpOnly: true, sameSite: 'Strict', secure, path: '/', maxAge: 12 * 3600 });
    return c.redirect('/');
  });
}
