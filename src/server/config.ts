import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Workspace } from '../context/workspace.ts';
import { AppError } from '../core/error.ts';
import { EndpointConfig } from '../llm/schema.ts';
import { parseYamlFile } from '../profile/load.ts';
import { Launchers } from '../training/launch/schema.ts';

const SignInConfig = z
  .strictObject({
    /** Where people reach the pages; needed behind a proxy, for passkeys beyond this machine, and for OpenID Connect. */
    origin: z
      .url({ protocol: /^https?$/ })
      .refine((url) => new URL(url).origin === url, 'scheme, host and port only, without a path or a final slash')
      .exactOptional(),
    demo: z.boolean().default(true),
    idleMinutes: z.int().min(5).max(1440).default(120),
    absoluteHours: z.int().min(1).max(168).default(12),
    oidc: z
      .strictObject({
        issuer: z.url({ protocol: /^https?$/ }),
        clientId: z.string().min(1),
        clientSecretEnv: z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'the name of an environment variable'),
        name: z.string().min(1).max(60).default('OpenID Connect'),
      })
      .exactOptional(),
  })
  .refine(({ origin, oidc }) => oidc === undefined || origin !== undefined, {
    path: ['origin'],
    message: 'OpenID Connect needs the address that the identity provider sends people back to',
  });

/** The contents of safemed.yaml. */
export const Config = z.strictObject({
  profile: z.string().default('medical'),
  database: z
    .union([z.literal('embedded'), z.string().regex(/^postgres(ql)?:\/\//, 'embedded, or postgres://user@host/name')])
    .default('embedded'),
  listen: z
    .strictObject({ host: z.string().default('127.0.0.1'), port: z.int().min(0).max(65535).default(4319) })
    .prefault({}),
  log: z.strictObject({ origin: z.string().min(1), witnesses: z.string().min(1).exactOptional() }),
  endpoints: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), EndpointConfig).default({}),
  signIn: SignInConfig.prefault({}),
  python: z.strictObject({ environment: z.string() }).optional(),
  /** Clusters that training runs can be sent to, by name. */
  launchers: Launchers,
});
export type Config = z.infer<typeof Config>;

const installation = fileURLToPath(new URL('../..', import.meta.url));

/** A file that ships with the program, such as a profile or a migration. */
export function shipped(...parts: string[]): string {
  return join(installation, ...parts);
}

/** Reads and checks safemed.yaml; problems are told with file and line. */
export function readConfig(workspace: Workspace): Config {
  const { value } = parseYamlFile(workspace.config, Config);
  const at = (path: string): string => (isAbsolute(path) ? path : resolve(workspace.root, path));
  for (const endpoint of Object.values(value.endpoints)) {
    if (endpoint.type === 'recorded') endpoint.file = at(endpoint.file);
    if (endpoint.type === 'llama') {
      endpoint.gguf = at(endpoint.gguf);
      if (endpoint.lora !== undefined) endpoint.lora = at(endpoint.lora);
    }
  }
  if (value.log.witnesses !== undefined) value.log.witnesses = at(value.log.witnesses);
  return value;
}

/** The profile's directory: a name under profiles/, or a path relative to the workspace. */
export function profileDirectory(workspace: Workspace, name: string): string {
  const named = shipped('profiles', name);
  if (/^[a-z0-9-]+$/.test(name) && existsSync(named)) return named;
  const path = resolve(workspace.root, name);
  if (existsSync(path)) return path;
  throw new AppError(
    'invalid_input',
    `${workspace.config}: the profile "${name}" is neither shipped (profiles/) nor a directory at ${path}.`,
  );
}

/** The value of an environment variable. The only place that reads the environment. */
export function environmentVariable(name: string): string | undefined {
  // biome-ignore lint/style/noProcessEnv: this is the one reader
  return process.env[name];
}

/** Where the Python environment of the training engine lives: as configured, else inside the workspace. */
export function pythonEnvironment(workspace: Workspace, config: Config): string {
  const configured = config.python?.environment ?? environmentVariable('SAFEMED_PYTHON_ENVIRONMENT');
  return configured === undefined ? join(workspace.root, 'python') : resolve(workspace.root, configured);
}
