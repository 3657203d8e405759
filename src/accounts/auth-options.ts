import type { Log } from '../context/context.ts';
import type { Database } from '../db/database.ts';

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

export type AuthOptions = { db: Database; secret: string; settings: SignInSettings; log: Log };

/** The library's name for the configured identity provider. */
export const providerId = 'oidc';

/** Host that passkeys are bound to. Browsers accept no IP address here, so a local server is `localhost`. */
export function passkeyHost({ origin }: SignInSettings): string {
  return origin === undefined ? 'localhost' : new URL(origin).hostname;
}
