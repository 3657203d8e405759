import { passkey } from '@better-auth/passkey';
import { betterAuth } from 'better-auth';
import { genericOAuth } from 'better-auth/plugins/generic-oauth';
import { z } from 'zod';
import { AppError } from '../core/error.ts';
import { type AuthOptions, type OidcSettings, passkeyHost, providerId } from './auth-options.ts';
import { authStore } from './auth-store.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { sessionPlugin } from './session-plugin.ts';

/** Path under which the sign-in library answers an identity provider's redirect. */
const basePath = '/v1/sign-in';

/** What is read of an identity token. Some providers send `email_verified` as text; only the boolean counts. */
const Claims = z.object({ sub: z.string().min(1), email: z.email(), email_verified: z.unknown().optional() });

/** The sign-in library over these settings; with an identity provider, it fetches the provider's description at first use. */
export function createAuth({ db, secret, settings, log }: AuthOptions, oidc?: OidcSettings) {
  const { origin, idle } = settings;
  return betterAuth({
    appName: 'SafeMed-R1',
    baseURL: origin ?? 'http://localhost',
    basePath,
    secret,
    database: authStore(db),
    telemetry: { enabled: false },
    // Attempts are counted by account and by address in `attempts.ts`; this limiter knows only addresses.
    rateLimit: { enabled: false },
    logger: {
      level: 'error',
      log: (level, message) => log(level === 'error' ? 'warn' : 'info', `Sign-in: ${message}`),
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      // What a new one must be stands in sign-in-schema.ts; this only bounds what is hashed.
      maxPasswordLength: 1000,
      password: { hash: hashPassword, verify: ({ hash, password }) => verifyPassword(hash, password) },
    },
    account: { updateAccountOnSignIn: false },
    session: { expiresIn: idle / 1000, updateAge: Math.min(300, idle / 2000), freshAge: 0 },
    advanced: {
      cookiePrefix: 'safemed',
      // Only this site's pages ask the API, so no other site's link needs to carry the session along.
      cookies: { session_token: { attributes: { sameSite: 'strict' } } },
      ipAddress: { disableIpTracking: true },
    },
    plugins: [
      sessionPlugin(),
      passkey({
        rpID: passkeyHost(settings),
        rpName: 'SafeMed-R1',
        ...(origin === undefined ? {} : { origin }),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        authentication: { afterVerification: async ({ verification }) => refuseUnverified(verification) },
      }),
      ...(oidc === undefined ? [] : [provider(oidc)]),
    ],
  });
}

export type Auth = ReturnType<typeof createAuth>;

/** A passkey stands for a person only where the device made sure who holds it (PIN, fingerprint, face). */
function refuseUnverified(verification: { authenticationInfo: { userVerified: boolean } }): void {
  if (!verification.authenticationInfo.userVerified)
    throw new AppError('not_signed_in', 'The passkey did not check who you are. Set a PIN or fingerprint on it.');
}

/** Signs in enrolled people only: by the subject linked before, else by a verified e-mail that an administrator recorded. */
function provider({ issuer, clientId, clientSecret, name }: OidcSettings) {
  return genericOAuth({
    config: [
      {
        providerId,
        name,
        discoveryUrl: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
        clientId,
        clientSecret,
        scopes: ['openid', 'email', 'profile'],
        pkce: true,
        disableSignUp: true,
        requireIdTokenVerification: true,
        // The library checks the token's signature, issuer, audience and nonce before this; what is not signed is not read.
        getUserInfo: async ({ idToken }) => {
          if (idToken === undefined) return null;
          const claims = Claims.safeParse(JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString()));
          if (!claims.success) return null;
          const { sub, email, email_verified: verified } = claims.data;
          return { id: sub, sub, email, emailVerified: verified === true, name: email };
        },
      },
    ],
  });
}
