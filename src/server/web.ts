import { existsSync, readFileSync } from 'node:fs';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { NONCE, secureHeaders } from 'hono/secure-headers';
import type { AppEnv } from '../context/http.ts';
import { shipped } from './config.ts';

/** Security headers of every response. Styles need a nonce because the component library writes them at run time. */
export function headers() {
  return secureHeaders({
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
}

/** The built pages. Every path that is no file is the one page, whose router knows it. */
export function webRoutes(): Hono<AppEnv> {
  const root = shipped('dist', 'web');
  const app = new Hono<AppEnv>();
  app.use('/assets/*', serveStatic({ root: `${root}/` }));
  app.get('*', (c) => {
    const page = `${root}/index.html`;
    if (!existsSync(page)) return c.text('The web pages have not been built: run "npm run build".', 503);
    return c.html(readFileSync(page, 'utf8').replace('__NONCE__', c.get('secureHeadersNonce') ?? ''));
  });
  return app;
}
