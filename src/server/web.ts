import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono, type MiddlewareHandler } from 'hono';
import { NONCE, secureHeaders } from 'hono/secure-headers';
import type { AppEnv } from '../context/http.ts';
import { shipped } from './config.ts';

export const builtPages = shipped('dist', 'web');

/** A page made for filing, not for this site: it may have its own styles and nothing else, and runs nothing. */
const documentPath = /^\/v1\/evidence\/[^/]+\/evidence\.html$/;

/** Security headers of every response. Styles need a nonce because the component library writes them at run time. */
export function headers(): MiddlewareHandler {
  const ofDocument = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'unsafe-inline'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
      sandbox: [],
    },
    referrerPolicy: 'no-referrer',
  });
  const ofPage = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      styleSrc: ["'self'", NONCE],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: 'no-referrer',
  });
  return (c, next) => (documentPath.test(c.req.path) ? ofDocument : ofPage)(c, next);
}

/** The built pages. Every path that is no file is the one page, whose router knows it. */
export function webRoutes(root: string): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use('/assets/*', serveStatic({ root: `${root}/` }));
  app.get('*', (c) => {
    if (c.req.path.startsWith('/v1/')) return c.notFound();
    const page = join(root, 'index.html');
    if (!existsSync(page)) return c.text('The web pages have not been built: run "npm run build".', 503);
    return c.html(readFileSync(page, 'utf8').replace('__NONCE__', c.get('secureHeadersNonce') ?? ''));
  });
  return app;
}
