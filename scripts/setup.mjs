// Installs what the project needs and says so. Plain JavaScript without dependencies: it runs before anything is
// installed, on Node 20.19 or later.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
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
    // Not "npm ci": it refuses a lock file made where a registry lacks the binaries of foreign platforms.
    ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'],
    'installing Node packages (about 600 MB, a minute) …',
  );
  writeFileSync(marker, lock);
}

const node = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
const page = join(root, 'dist', 'web', 'index.html');
if (process.argv.includes('--web') && (!existsSync(page) || newest('web') > statSync(page).mtimeMs))
  run(node, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'], 'building the web pages …');

/** When something in a folder of the project was last changed. */
function newest(folder) {
  const files = readdirSync(join(root, folder), { recursive: true }).map((name) => join(root, folder, String(name)));
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}

if (process.argv.includes('--python')) {
  run(node, ['scripts/python-environment.ts'], 'checking the Python environment of the training engine (.venv) …');
}

// Only the suite needs it, for the launcher's test on a real head.
if (process.argv.includes('--ray'))
  run(node, ['scripts/ray-environment.ts'], 'checking Ray for the tests (.venv-ray) …');

// Only for having the engines of recipes read them (src/training/recipe/engines.test.ts); skipped by name without it.
if (process.argv.includes('--engines'))
  run(node, ['scripts/engines-environment.ts'], 'checking the engines that recipes are for (.venv-engines) …');
