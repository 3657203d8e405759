import { z } from 'zod';
import { AppError } from '../../core/error.ts';
import { lastLines } from './outcome.ts';
import { type Answer, request } from './ray-http.ts';

/** The part of GET /api/jobs/{id} that is used. */
const RayJob = z.object({
  status: z.enum(['PENDING', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED']),
  message: z.string().nullish(),
  driver_exit_code: z.int().nullish(),
});
export type RayJob = z.infer<typeof RayJob>;

const Logs = z.object({ logs: z.string() });

export type RaySubmission = {
  submission_id: string;
  entrypoint: string;
  runtime_env: { working_dir: string; env_vars: Record<string, string> };
  metadata: Record<string, string>;
  entrypoint_num_cpus?: number;
  entrypoint_num_gpus?: number;
  entrypoint_memory?: number;
  entrypoint_resources?: Record<string, number>;
};

/** Ray's Jobs API (ray 2.58, dashboard/modules/job/job_head.py) by plain HTTP. */
export type RayClient = {
  /** Nothing where the cluster does not know the job. */
  job(id: string): Promise<RayJob | undefined>;
  submit(submission: RaySubmission): Promise<void>;
  stop(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  logs(id: string): Promise<string>;
  hasPackage(name: string): Promise<boolean>;
  uploadPackage(name: string, bytes: Buffer): Promise<void>;
};

/**
 * A client of the dashboard at an address. `unavailable` where it is not reached or cannot answer now; `invalid_input`
 * where it refuses. Ray's errors are Python tracebacks in plain text: their last lines are the message.
 */
export function rayClient(address: string, token: { name: string; value: string } | undefined): RayClient {
  const base = address.replace(/\/+$/, '');
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token.value}` };

  const call = (method: string, path: string, body?: string | Buffer): Promise<Answer> =>
    request(`${base}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });

  const checked = (what: string, { status, text }: Answer): string => {
    if (status >= 200 && status < 300) return text;
    if (status === 401 || status === 403) {
      const todo =
        token === undefined
          ? 'name the variable with its token as "tokenEnv" of the launcher'
          : `the token in ${token.name} is not the cluster's`;
      throw new AppError('forbidden', `${base} refused to ${what} (${status}): ${todo}.`);
    }
    const code = status >= 500 || status === 429 ? 'unavailable' : 'invalid_input';
    throw new AppError(code, `${base} could not ${what} (${status}):\n${lastLines(text, 6)}`);
  };

  const at = (id: string, rest = ''): string => `/api/jobs/${encodeURIComponent(id)}${rest}`;
  /** For what is asked of a job that may be gone. */
  const unlessGone = (what: string, answer: Answer): string | undefined =>
    answer.status === 404 ? undefined : checked(what, answer);
  const packageAt = (name: string): string => `/api/packages/gcs/${name}`;

  return {
    job: async (id) => {
      const text = unlessGone('tell a job', await call('GET', at(id)));
      return text === undefined ? undefined : parsed(RayJob, text, base);
    },
    submit: async (submission) => {
      checked('submit the job', await call('POST', '/api/jobs/', JSON.stringify(submission)));
    },
    stop: async (id) => void unlessGone('stop the job', await call('POST', at(id, '/stop'))),
    remove: async (id) => void unlessGone('delete the job', await call('DELETE', at(id))),
    logs: async (id) => {
      const text = unlessGone('give the output', await call('GET', at(id, '/logs')));
      return text === undefined ? '' : parsed(Logs, text, base).logs;
    },
    hasPackage: async (name) => unlessGone('look for a package', await call('GET', packageAt(name))) !== undefined,
    uploadPackage: async (name, bytes) => {
      checked('take the package', await call('PUT', packageAt(name), bytes));
    },
  };
}

function parsed<T>(schema: z.ZodType<T>, text: string, base: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError(
      'invalid_input',
      `${base} did not answer as Ray's Jobs API does; is it the dashboard of a Ray head (port 8265)? It begins: ${text.slice(0, 80)}`,
      { cause },
    );
  }
}
