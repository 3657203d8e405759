import { existsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { findWorkspace } from '../context/workspace.ts';
import { messageOf } from '../core/error.ts';
import { loadProfile } from '../profile/load.ts';
import { findPython } from '../training/engine/environment.ts';
import { profileDirectory, pythonEnvironment, readConfig } from './config.ts';

export type Check = { name: string; ok: boolean; required: boolean; detail: string };

/** What this machine and the workspace have and lack; nothing is changed. */
export async function doctor(from: string, named: string | undefined): Promise<{ checks: Check[] }> {
  const checks: Check[] = [];
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const modern = major > 22 || (major === 22 && minor >= 18);
  checks.push({
    name: 'Node',
    ok: modern,
    required: true,
    detail: `${process.version}${modern ? '' : ', but 22.18 or later is needed; npm scripts use the one that is installed here'}`,
  });
  checks.push({
    name: 'machine',
    ok: true,
    required: true,
    detail: `${availableParallelism()} cores, ${(totalmem() / 2 ** 30).toFixed(1)} GiB of memory`,
  });
  const python = await findPython().then(
    (found) => ({ ok: true, detail: `${found.path} (${found.version})` }),
    (error: unknown) => ({ ok: false, detail: messageOf(error) }),
  );
  checks.push({ name: 'Python', required: false, ...python });
  try {
    const workspace = findWorkspace(from, named);
    const config = readConfig(workspace);
    const profile = loadProfile(profileDirectory(workspace, config.profile));
    checks.push({
      name: 'workspace',
      ok: true,
      required: false,
      detail: `${workspace.root}, profile ${profile.head.id} ${profile.head.version}`,
    });
    const environment = pythonEnvironment(workspace, config);
    checks.push({ name: 'training environment', ok: existsSync(environment), required: false, detail: environment });
    for (const [name, endpoint] of Object.entries(config.endpoints))
      checks.push({ name: `endpoint ${name}`, ok: true, required: false, detail: endpoint.type });
    for (const [name, { type, directory }] of Object.entries(config.launchers))
      checks.push({
        name: `launcher ${name}`,
        ok: existsSync(directory),
        required: false,
        detail: `${type}, shared directory ${directory}${existsSync(directory) ? '' : ' (not there)'}`,
      });
  } catch (error) {
    checks.push({ name: 'workspace', ok: false, required: false, detail: messageOf(error) });
  }
  return { checks };
}
