import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import type { SignInSettings } from '../accounts/auth-options.ts';
import type { Workspace } from '../context/workspace.ts';
import { AppError } from '../core/error.ts';
import { type Config, environmentVariable } from './config.ts';

const minute = 60_000;

/** How people sign in, as configured, with the identity provider's secret from the environment. */
export function signInSettings({ signIn }: Config): SignInSettings {
  const { origin, demo, idleMinutes, absoluteHours, oidc } = signIn;
  return {
    ...(origin === undefined ? {} : { origin }),
    demo,
    idle: idleMinutes * minute,
    absolute: absoluteHours * 60 * minute,
    ...(oidc === undefined ? {} : { oidc: { ...oidc, clientSecret: secretOf(oidc.clientSecretEnv) } }),
  };
}

function secretOf(name: string): string {
  const value = environmentVariable(name);
  if (value === undefined)
    throw new AppError(
      'unavailable',
      `The environment variable ${name} is not set: signIn.oidc in safemed.yaml takes the client's secret from it.`,
    );
  return value;
}

/**
 * The secret under which session cookies are signed, made at the first start and readable by the owner only. Sessions
 * end when it is lost; servers that share a database share it.
 */
export function sessionSecret({ keys }: Workspace): string {
  const path = join(keys, 'session.secret');
  if (!existsSync(path)) writeFileSync(path, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  if (platform() !== 'win32' && (statSync(path).mode & 0o077) !== 0)
    throw new AppError(
      'forbidden',
      `${path} can be read by others: run chmod 600 on it, or delete it to end all sessions.`,
    );
  return readFileSync(path, 'utf8').trim();
}
