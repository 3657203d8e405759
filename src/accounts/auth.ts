import { passkey } from '@better-auth/passkey';
import { betterAuth } from 'better-auth';
import { genericOAuth } from 'better-auth/plugins/generic-oauth';
import { z } from 'zod';
import type { Log } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import type { Database } from '../db/database.ts';
import { authStore } from './auth-store.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { sessionPlugin } from './session-plugin.ts';

export type OidcSettings = { issuer: string; clientId: string; clientSecret: string; name: string };

export type SignInSettings = {
  /** Where people reach the pages, for example `https://review.example.org`; absent = this machine only. */
  origin?: string;
  /** Whether accounts marked as demo may be entered without a secret, from this machine. */
  demo: boolean;
  /** A session ends after so long without a request, and in any case after so long in all. Milliseconds. */
  idle: number;
  absolute: number;
  oidc?: OidcSettings;
};

type Options = { db: Database; secret: string; settings: SignInSettings; log: Log };

/** Path under which the sign-in library answers an identity provider's redirect. */
export const basePath = '/v1/sign-in';
const providerId = 'oidc';

/** What is read of an identity token. Some providers send `email_verified` as text; only the boolean counts. */
const Claims = z.object({ sub: z.string().min(1), email: z.email(), email_verified: z.unknown().optional() });

export type SignIn = {
  readonly settings: SignInSettings;
  readonly auth: Auth;
  /** The library with the identity provider, whose description is fetched now; `unavailable` when it does not answer. */
  withProvider(): Promise<Auth>;
};

export function openSignIn(options: Options): SignIn {
  const auth = createAuth(options);
  let provider: Promise<Auth> | undefined;
  const connect = async (oidc: OidcSettings): Promise<Auth> => {
    const connected = createAuth(options, oidc);
    const { socialProviders } = await connected.$context;
    if (socialProviders.some(({ id }) => id === providerId)) return connected;
    provider = undefined; // asked again at the next attempt: the provider may be back by then
    throw new AppError('unavailable', `${oidc.name} does not answer at ${oidc.issuer}. Use another way to sign in.`);
  };
  return {
    settings: options.settings,
    auth,
    withProvider: () => {
      const { oidc } = options.settings;
      if (oidc === undefined) throw new AppError('not_found', 'No identity provider is configured.');
      provider ??= connect(oidc);
      return provider;
    },
  };
}

/** Host that passkeys are bound to. Browsers accept no IP address here, so a local server is `localhost`. */
export function passkeyHost({ origin }: SignInSettings): string {
  return origin === undefined ? 'localhost' : new URL(origin).hostname;
}

function createAuth({ db, secret, settings, log }: Options, oidc?: OidcSettings) {
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

type Auth = ReturnType<typeof createAuth>;

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
