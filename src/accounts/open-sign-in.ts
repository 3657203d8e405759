import { AppError } from '../core/error.ts';
import type { Auth } from './auth.ts';
import { type AuthOptions, type OidcSettings, providerId, type SignInSettings } from './auth-options.ts';

export type SignIn = {
  readonly settings: SignInSettings;
  /** The library's calls. It is loaded when somebody signs in: commands by token and by the operator do without. */
  api(): Promise<Auth['api']>;
  /** The library with the identity provider, whose description is fetched now; `unavailable` when it does not answer. */
  withProvider(): Promise<Auth>;
};

/** The ways in of a workspace. */
export function openSignIn(options: AuthOptions): SignIn {
  let library: Promise<Auth['api']> | undefined;
  let provider: Promise<Auth> | undefined;
  const connect = async (oidc: OidcSettings): Promise<Auth> => {
    const { createAuth } = await import('./auth.ts');
    const connected = createAuth(options, oidc);
    const { socialProviders } = await connected.$context;
    if (socialProviders.some(({ id }) => id === providerId)) return connected;
    provider = undefined; // asked again at the next attempt: the provider may be back by then
    throw new AppError('unavailable', `${oidc.name} does not answer at ${oidc.issuer}. Use another way to sign in.`);
  };
  return {
    settings: options.settings,
    api: () => {
      library ??= import('./auth.ts').then(({ createAuth }) => createAuth(options).api);
      return library;
    },
    withProvider: () => {
      const { oidc } = options.settings;
      if (oidc === undefined) throw new AppError('not_found', 'No identity provider is configured.');
      provider ??= connect(oidc);
      return provider;
    },
  };
}
