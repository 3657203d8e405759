import { createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { z } from 'zod';
import { AppError } from '../core/error.ts';

/**
 * Lets our own ways to sign in (one-time links, demonstration accounts) open a session of the sign-in library. It has no
 * address: only code of this program can call it.
 */
export function sessionPlugin() {
  return {
    id: 'safemed-session',
    endpoints: {
      openSession: createAuthEndpoint.serverOnly(
        { method: 'POST', body: z.object({ account: z.string() }) },
        async (ctx) => {
          const user = await ctx.context.internalAdapter.findUserById(ctx.body.account);
          if (user === null) throw new AppError('not_signed_in', 'This account is unknown or was revoked.');
          const session = await ctx.context.internalAdapter.createSession(user.id);
          await setSessionCookie(ctx, { session, user });
          return ctx.json({ account: user.id });
        },
      ),
    },
  };
}
