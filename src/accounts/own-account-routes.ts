import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body } from '../context/http.ts';
import { AppError } from '../core/error.ts';
import { issueToken, revokeToken, tokensOf } from './actions.ts';
import { passkeyHost } from './auth-options.ts';
import { take } from './library.ts';
import type { SignIn } from './open-sign-in.ts';
import {
  changeEmail,
  changePassword,
  endOwnSessions,
  forgetPasskey,
  ownPasskeys,
  ownSessions,
  requireFreshSession,
  whoAmI,
} from './own-account.ts';
import { ChallengeInput, Me, TokenInput, TokenList, TokenReply } from './schema.ts';
import { NewEmail, NewPasskey, NewPassword, PasskeyList, SessionList } from './sign-in-schema.ts';
import { signatureChallenge } from './signature.ts';

/** The own account: who one is, how one signs in, where one is signed in. */
export function ownAccountRoutes(signIn: SignIn): Hono<AppEnv> {
  const { settings } = signIn;
  const app = new Hono<AppEnv>();
  app.get('/', async (c) => c.json(Me.parse(await whoAmI(c.var.ctx))));
  app.put('/password', async (c) => {
    await changePassword(c.var.ctx, await body(c, NewPassword));
    return c.json({});
  });
  app.put('/email', async (c) => {
    await changeEmail(c.var.ctx, (await body(c, NewEmail)).email);
    return c.json({});
  });
  app.get('/passkeys', async (c) => c.json(PasskeyList.parse(await ownPasskeys(c.var.ctx))));
  app.post('/passkeys/options', async (c) => {
    requireFreshSession(c.var.ctx);
    const query = { name: c.var.ctx.actor.name };
    const { headers } = c.req.raw;
    const asked = await (await signIn.api()).generatePasskeyRegistrationOptions({ query, headers, asResponse: true });
    return c.json(z.looseObject({}).parse(await take(c, asked)));
  });
  app.post('/passkeys', async (c) => {
    requireFreshSession(c.var.ctx);
    const made = await body(c, NewPasskey);
    const { headers } = c.req.raw;
    const added = await take(
      c,
      await (await signIn.api()).verifyPasskeyRegistration({ body: made, headers, asResponse: true }),
    );
    if (added === undefined)
      throw new AppError('invalid_input', 'This passkey could not be added. Try again, or use another device.');
    return c.json(PasskeyList.parse(await ownPasskeys(c.var.ctx)), 201);
  });
  app.delete('/passkeys/:passkey', async (c) => {
    await forgetPasskey(c.var.ctx, c.req.param('passkey'));
    return c.json({});
  });
  app.get('/tokens', async (c) => c.json(TokenList.parse({ tokens: await tokensOf(c.var.ctx, c.var.ctx.actor.id) })));
  app.post('/tokens', async (c) => {
    const account = c.var.ctx.actor.id;
    const token = await issueToken(c.var.ctx, { account, ...(await body(c, TokenInput)) });
    return c.json(TokenReply.parse({ token, account }), 201);
  });
  app.delete('/tokens/:token', async (c) => {
    await revokeToken(c.var.ctx, c.var.ctx.actor.id, c.req.param('token'));
    return c.json({});
  });
  app.get('/sessions', async (c) => c.json(SessionList.parse(await ownSessions(c.var.ctx))));
  app.delete('/sessions', async (c) => {
    await endOwnSessions(c.var.ctx);
    await take(c, await (await signIn.api()).signOut({ headers: c.req.raw.headers, asResponse: true }));
    return c.json({});
  });
  app.delete('/sessions/:session', async (c) => {
    await endOwnSessions(c.var.ctx, c.req.param('session'));
    return c.json({});
  });
  app.post('/sign-out', async (c) => {
    await take(c, await (await signIn.api()).signOut({ headers: c.req.raw.headers, asResponse: true }));
    return c.json({});
  });
  app.post('/signature-challenges', async (c) => {
    const { digest } = await body(c, ChallengeInput);
    const origin = settings.origin ?? c.req.header('origin') ?? new URL(c.req.url).origin;
    return c.json(await signatureChallenge(c.var.ctx, { digest, rpId: passkeyHost(settings), origin }), 201);
  });
  return app;
}
