// Installs what the project needs and says so. Plain JavaScript without dependencies: it runs before anything is
// installed, on Node 20.19 or later.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const marker = join(root, 'node_modules', '.safemed-installed');

function say(line) {
  process.stderr.write(`${line}\n`);
}

function run(command, args, why) {
  say(`setup: ${why}`);
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  say(`setup: "${command} ${args.join(' ')}" failed${error ? `: ${error.message}` : ` with exit code ${status}`}.`);
  process.exit(4);
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  say(`setup: Node ${process.version} is too old; 20.19 or later is needed to install the rest.`);
  process.exit(4);
}

const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
const installed = existsSync(marker) ? readFileSync(marker, 'utf8') : '';
if (installed !== lock) {
  run(
    'npm',
    ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
    'installing Node packages (about 600 MB, half a minute) …',
  );
  writeFileSync(marker, lock);
}

if (process.argv.includes('--python')) {
  const node = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  run(node, ['scripts/python-environment.ts'], 'checking the Python environment of the training engine (.venv) …');
}
