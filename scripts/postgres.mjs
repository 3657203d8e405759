// Starts a throw-away PostgreSQL for tests and benches from whatever the machine has, or uses SAFEMED_TEST_POSTGRES.
import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../test/free-ports.ts';

/** {url, stop} of a running server, or {reason} why there is none. Tests need no commit to outlive a power cut; benches do. */
export async function startPostgres({ durable = false } = {}) {
  const given = process.env.SAFEMED_TEST_POSTGRES;
  if (given) return { url: given, stop: () => undefined };
  const bin = findBinaries();
  if (bin === undefined)
    return {
      reason:
        'No PostgreSQL server was found: install one (Debian: apt-get install postgresql) or set SAFEMED_TEST_POSTGRES.',
    };
  const identity = unprivileged();
  if (identity === undefined)
    return { reason: 'PostgreSQL does not run as root, and there is no user "postgres" to run it as.' };
  const directory = mkdtempSync(join(tmpdir(), 'safemed-pg-'));
  if (identity.uid !== undefined) chownSync(directory, identity.uid, identity.gid);
  const data = join(directory, 'data');
  const [port] = await freePorts(1);
  const call = (program, args) =>
    spawnSync(join(bin, program), args, {
      ...identity,
      cwd: directory,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const made = call('initdb', ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--no-sync']);
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=${durable ? 'on' : 'off'} -c max_connections=200`;
  const started =
    made.status === 0 ? call('pg_ctl', ['-D', data, '-w', '-l', join(directory, 'log'), '-o', options, 'start']) : made;
  if (started.status !== 0) {
    rmSync(directory, { recursive: true, force: true });
    return { reason: `PostgreSQL in ${bin} did not start: ${(started.stderr ?? '').trim().split('\n').at(-1)}` };
  }
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop: () => {
      call('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function findBinaries() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const places = [...versions.map((version) => join(debian, version, 'bin')), ...(process.env.PATH ?? '').split(':')];
  return places.find((place) => existsSync(join(place, 'initdb')) && existsSync(join(place, 'pg_ctl')));
}

function unprivileged() {
  if (process.getuid?.() !== 0) return {};
  try {
    const id = (flag) =>
      Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}
