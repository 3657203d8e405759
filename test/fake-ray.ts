import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What happens to the next request of a kind: `unheard` and `unanswered` break the connection before or after it is handled. */
export type RayFault = 'unheard' | 'unanswered' | { status: number; text: string };

type FakeJob = {
  entrypoint: string;
  status: string;
  code: number | null;
  logs: string;
  child: ChildProcess | undefined;
};

export type FakeRay = {
  readonly address: string;
  /** Every request that was handled: `POST /api/jobs/`. */
  readonly handled: string[];
  /** The bodies of the submissions that were accepted. */
  readonly submissions: {
    submission_id: string;
    runtime_env: { working_dir: string; env_vars: Record<string, string> };
  }[];
  /** The uploaded packages. */
  readonly packages: ReadonlyMap<string, Buffer>;
  /** Queues a fault for requests whose method and path begin so. */
  fail(request: string, ...faults: RayFault[]): void;
  /** Ends and forgets all jobs, as a head that is started anew does. */
  forget(): void;
  close(): Promise<void>;
};

type FakeJobs = {
  readonly submissions: FakeRay['submissions'];
  submit(body: string): Reply;
  /** A request about one job: its id, the method, and what follows the id. */
  about(id: string, method: string, rest: string): Reply;
  forget(): void;
};

/** The jobs of a head whose packages are given; each is unpacked and run below `place`. */
function fakeJobs(place: string, packages: ReadonlyMap<string, Buffer>): FakeJobs {
  const jobs = new Map<string, FakeJob>();
  const submissions: FakeRay['submissions'] = [];
  return {
    submissions,
    submit: (body) => {
      const submission = JSON.parse(body) as FakeRay['submissions'][number] & { entrypoint: string }; // our own client's
      const { submission_id: id, entrypoint, runtime_env } = submission;
      if (jobs.has(id)) return failure(`ValueError: Job with submission_id ${id} already exists.`);
      const archive = packages.get(runtime_env.working_dir.replace('gcs://', ''));
      if (archive === undefined) return failure(`OSError: Failed to download ${runtime_env.working_dir}`);
      const job: FakeJob = { entrypoint, status: 'PENDING', code: null, logs: '', child: undefined };
      jobs.set(id, job);
      submissions.push(submission);
      const directory = join(place, String(submissions.length));
      writeFileSync(`${directory}.zip`, archive);
      run(job, directory, runtime_env.env_vars);
      return json({ job_id: id, submission_id: id });
    },
    about: (id, method, rest) => {
      const job = jobs.get(id);
      if (job === undefined) return { status: 404, text: `Job ${id} does not exist` };
      if (method === 'DELETE') return json({ deleted: jobs.delete(id) });
      if (rest === '/logs') return json({ logs: job.logs });
      if (rest === '/stop') {
        if (job.child?.pid !== undefined) process.kill(-job.child.pid, 'SIGTERM');
        if (job.status === 'RUNNING' || job.status === 'PENDING') job.status = 'STOPPED';
        return json({ stopped: true });
      }
      const { status, code } = job;
      if (status === 'PENDING') job.status = 'RUNNING';
      return json({
        type: 'SUBMISSION',
        submission_id: id,
        status,
        message: `Job is ${status}.`,
        driver_exit_code: code,
      });
    },
    forget: () => {
      for (const { child, code } of jobs.values())
        if (child?.pid !== undefined && code === null) process.kill(-child.pid, 'SIGKILL');
      jobs.clear();
    },
  };
}

/**
 * Ray's Jobs API in the shapes of ray 2.58 (dashboard/modules/job): a job runs its entrypoint in a shell, is PENDING
 * when first asked for, is stopped by SIGTERM, errors are tracebacks in plain text, and browsers may only read.
 */
export async function startFakeRay(options: { token?: string } = {}): Promise<FakeRay> {
  const place = mkdtempSync(join(tmpdir(), 'fake-ray-'));
  const packages = new Map<string, Buffer>();
  const jobs = fakeJobs(place, packages);
  const faults: { request: string; fault: RayFault }[] = [];
  const handled: string[] = [];

  const answer = async (request: IncomingMessage, method: string, path: string): Promise<Reply> => {
    const body = await bytesOf(request);
    if (method !== 'GET' && Object.keys(request.headers).some((name) => name.startsWith('sec-fetch-')))
      return { status: 405, text: `'${method}' method not allowed for browser traffic.` };
    if (options.token !== undefined && request.headers.authorization !== `Bearer ${options.token}`)
      return { status: 401, text: 'Unauthorized: Missing or invalid authentication token' };
    handled.push(`${method} ${path}`);
    const [, name] = /^\/api\/packages\/gcs\/(.+)$/.exec(path) ?? [];
    if (name !== undefined && method === 'PUT') packages.set(name, body);
    if (name !== undefined)
      return packages.has(name)
        ? { status: 200, text: '' }
        : { status: 404, text: `Package gcs://${name} does not exist` };
    if (method === 'POST' && path === '/api/jobs/') return jobs.submit(body.toString('utf8'));
    const [, id, rest = ''] = /^\/api\/jobs\/([^/]+)(\/.*)?$/.exec(path) ?? [];
    return id === undefined ? { status: 404, text: '404: Not Found' } : jobs.about(id, method, rest);
  };

  const server = createServer(async (request, response) => {
    const [method = '', path = ''] = [request.method, request.url];
    const at = faults.findIndex((one) => `${method} ${path}`.startsWith(one.request));
    const fault = at === -1 ? undefined : faults.splice(at, 1)[0]?.fault;
    if (fault === 'unheard') return void request.socket.destroy();
    const reply = typeof fault === 'object' ? fault : await answer(request, method, path);
    if (fault === 'unanswered') return void request.socket.destroy();
    send(response, reply);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    address: `http://127.0.0.1:${port}`,
    handled,
    submissions: jobs.submissions,
    packages,
    fail: (request, ...next) => void faults.push(...next.map((fault) => ({ request, fault }))),
    forget: jobs.forget,
    close: async () => {
      jobs.forget();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      rmSync(place, { recursive: true, force: true });
    },
  };
}

/** Runs a job where its package is unpacked. */
function run(job: FakeJob, directory: string, variables: Record<string, string>): void {
  mkdirSync(directory);
  const unpacked = 'python3 -m zipfile -e "$PWD.zip" .';
  const child = spawn('sh', ['-c', `${unpacked} && { ${job.entrypoint}\n}`], {
    cwd: directory,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', ...variables },
  });
  job.child = child;
  const keep = (text: Buffer): void => {
    job.logs += text.toString('utf8');
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('close', (code) => {
    job.code = code ?? -1;
    if (job.status !== 'STOPPED') job.status = code === 0 ? 'SUCCEEDED' : 'FAILED';
  });
}

type Reply = { status: number; text: string };

function failure(last: string): Reply {
  const where = '  File "/ray/dashboard/modules/job/job_manager.py", line 540, in submit_job\n    raise ValueError(';
  return { status: 500, text: `Traceback (most recent call last):\n${where}\n${last}\n` };
}

function json(value: object): Reply {
  return { status: 200, text: JSON.stringify(value) };
}

function send(response: ServerResponse, { status, text }: Reply): void {
  response.writeHead(status, { 'content-type': text.startsWith('{') ? 'application/json' : 'text/plain' }).end(text);
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}
