import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../core/error.ts';

export const configFile = 'safemed.yaml';

/** The places of a workspace directory. */
export type Workspace = {
  root: string;
  config: string;
  database: string;
  log: string;
  keys: string;
  files: string;
  models: string;
  runs: string;
  releases: string;
};

export function workspaceAt(root: string): Workspace {
  const at = (name: string): string => join(root, name);
  return {
    root,
    config: at(configFile),
    database: at('database'),
    log: at('log'),
    keys: at('keys'),
    files: at('files'),
    models: at('models'),
    runs: at('runs'),
    releases: at('releases'),
  };
}

/** The workspace named, or the nearest one at or above `from`; `invalid_input` when there is none. */
export function findWorkspace(from: string, named?: string): Workspace {
  if (named !== undefined) {
    const root = resolve(from, named);
    if (!existsSync(join(root, configFile)))
      throw new AppError(
        'invalid_input',
        `${root} is not a workspace: it has no ${configFile}. Create one with "safemed init ${named}".`,
      );
    return workspaceAt(root);
  }
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    if (existsSync(join(directory, configFile))) return workspaceAt(directory);
    if (dirname(directory) === directory)
      throw new AppError(
        'invalid_input',
        `No workspace here: no ${configFile} in ${resolve(from)} or above. Create one with "safemed init", or name one with --workspace DIR.`,
      );
  }
}

/** Creates the directories of a workspace; keys are readable by the owner only. */
export function createDirectories(workspace: Workspace): void {
  for (const directory of [
    workspace.database,
    workspace.log,
    workspace.files,
    workspace.models,
    workspace.runs,
    workspace.releases,
  ])
    mkdirSync(directory, { recursive: true });
  mkdirSync(workspace.keys, { recursive: true, mode: 0o700 });
}
