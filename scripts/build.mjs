// Builds dist/: the JavaScript of the server and command line, and the stand-alone verifier.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

rmSync('dist', { recursive: true, force: true });
run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
