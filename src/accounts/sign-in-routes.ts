import { Hono, type Context as HonoContext, type MiddlewareHandler } from 'hono';
import { z } from 'zod';
import type { Context } from '../context/context.ts';
import { type AppEnv, body } from '../context/http.ts';
import { AppError } from '../core/error.ts';
import { ownPath } from '../core/own-path.ts';
import { attempt } from './attempts.ts';
import { openSession, take } from './library.ts';
import type { SignIn } from './open-sign-in.ts';
import { isLocal, remoteAddress, requireSameOrigin } from './origin.ts';
import {
  acceptInvitation,
  demoAccounts,
  lookAtInvitation,
  lookAtSetup,
  readLogin,
  requireDemo,
  setUpAdministrator,
} from './sign-in.ts';
import {
  AcceptInput,
  CodeInput,
  DemoSignIn,
  InvitationView,
  PasskeySignIn,
  PasswordSignIn,
  SetupInput,
  SignedIn,
  SignInOffer,
} from './sign-in-schema.ts';

const wrong = 'The name or the password is wrong.';
const readingMethods = new Set(['GET', 'HEAD']);

/** The ways in, for people who are not signed in. `ctx` is the context of nobody. */
export function signInRoutes(signIn: SignIn, ctx: () => Context): Hono<AppEnv> {
  const { settings } = signIn;
  const app = new Hono<AppEnv>();
  app.use(ownPagesOnly(settings.origin));
  app.get('/', async (c) => {
    const demo = settings.demo && isLocal(c) ? await demoAccounts(ctx()) : [];
    const provider = settings.oidc === undefined ? {} : { provider: settings.oidc.name };
    return c.json(SignInOffer.parse({ passkeys: passkeysWork(c, settings.origin), ...provider, demo }));
  });
  app.post('/password', async (c) => {
    const { login, password } = await body(c, PasswordSignIn);
    const { headers } = c.req.raw;
    const { account, email } = await readLogin(ctx(), login);
    const opened = await attempt(ctx(), { account, ...from(c) }, async () =>
      take(c, await (await signIn.api()).signInEmail({ body: { email, password }, headers, asResponse: true })),
    );
    if (opened === undefined) throw new AppError('not_signed_in', wrong);
    return c.json({});
  });
  app.post('/passkey-options', async (c) => {
    const { headers } = c.req.raw;
    const asked = await (await signIn.api()).generatePasskeyAuthenticationOptions({ headers, asResponse: true });
    return c.json(z.looseObject({}).parse(await take(c, asked)));
  });
  app.post('/passkey', async (c) => {
    const { response } = await body(c, PasskeySignIn);
    const { headers } = c.req.raw;
    const opened = await attempt(ctx(), { account: `passkey:${response.id}`, ...from(c) }, async () =>
      take(
        c,
        await (await signIn.api()).verifyPasskeyAuthentication({ body: { response }, headers, asResponse: true }),
      ),
    );
    if (opened === undefined)
      throw new AppError(
        'not_signed_in',
        'This passkey is not known here. Sign in another way, or ask an administrator.',
      );
    return c.json({});
  });
  app.post('/demo', async (c) => {
    const { account } = await body(c, DemoSignIn);
    if (!settings.demo || !isLocal(c))
      throw new AppError(
        'forbidden',
        'Demonstration accounts are entered only on the machine that the server runs on.',
      );
    await requireDemo(ctx(), account);
    return opened(c, signIn, account);
  });
  app.post('/invitation/view', async (c) =>
    c.json(InvitationView.parse(await lookAtInvitation(ctx(), (await body(c, CodeInput)).code))),
  );
  app.post('/invitation', async (c) => opened(c, signIn, await acceptInvitation(ctx(), await body(c, AcceptInput))));
  app.post('/setup/view', async (c) => {
    await lookAtSetup(ctx(), (await body(c, CodeInput)).code);
    return c.json({});
  });
  app.post('/setup', async (c) => opened(c, signIn, await setUpAdministrator(ctx(), await body(c, SetupInput))));
  app.get('/provider', async (c) => {
    const asked = await (await signIn.withProvider()).api.signInSocial({
      body: { provider: 'oidc', callbackURL: ownPath(c.req.query('to')), errorCallbackURL: '/sign-in' },
      headers: c.req.raw.headers,
      asResponse: true,
    });
    const redirect = Redirect.safeParse(await take(c, asked));
    if (!redirect.success) throw new AppError('unavailable', 'The identity provider cannot be used now.');
    return c.redirect(redirect.data.url);
  });
  app.get('/callback/:provider', async (c) => {
    const { pathname, search } = new URL(c.req.url);
    const url = new URL(`${pathname}${search}`, settings.origin);
    return (await signIn.withProvider()).handler(new Request(url, { headers: c.req.raw.headers }));
  });
  return app;
}

const Redirect = z.object({ url: z.url() });

async function opened(c: HonoContext, signIn: SignIn, account: string): Promise<Response> {
  await openSession(c, signIn, account);
  return c.json(SignedIn.parse({ account }));
}

/** Another site must not sign a visitor in as somebody of its choice. */
function ownPagesOnly(origin: string | undefined): MiddlewareHandler {
  return async (c, next) => {
    if (!readingMethods.has(c.req.method)) requireSameOrigin(c, origin);
    await next();
  };
}

function from(c: HonoContext): { address?: string } {
  const address = remoteAddress(c);
  return address === undefined ? {} : { address };
}

/** Browsers use passkeys only under the name they are bound to. */
function passkeysWork(c: HonoContext, origin: string | undefined): boolean {
  return new URL(c.req.url).hostname === (origin === undefined ? 'localhost' : new URL(origin).hostname);
}
