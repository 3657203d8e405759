import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { AppError, isErrorCode, messageOf } from '../core/error.ts';
import { UploadReply } from '../corpus/import-schema.ts';
import { JobRun } from '../jobs/schema.ts';
import type { Connection } from './connection.ts';

const ErrorBody = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

export type Client = {
  readonly where: string;
  get<T extends z.ZodType>(schema: T, path: string): Promise<z.output<T>>;
  post<T extends z.ZodType>(schema: T, path: string, body: unknown): Promise<z.output<T>>;
  /** The answer as it comes, for one that is longer than a document. */
  stream(path: string, body: unknown): Promise<Response>;
  delete<T extends z.ZodType>(schema: T, path: string): Promise<z.output<T>>;
  /** Raw bytes of a file that a route serves. */
  download(path: string): Promise<Response>;
  /** Sends files under one upload id. */
  upload(files: string[]): Promise<string>;
  /** Waits for a job, telling its progress; throws the job's own error when it failed. */
  wait(job: string, onProgress: (run: JobRun) => void): Promise<JobRun>;
  /** The same connection with the token of somebody else. */
  withToken(token: string): Client;
  close(): Promise<void>;
};

const pollMilliseconds = 300;

/** A typed client of the routes over a connection. */
export function clientOf(connection: Connection, token: string = connection.token): Client {
  const send = async (method: string, path: string, init: RequestInit): Promise<Response> => {
    const headers = { authorization: `Bearer ${token}`, ...init.headers };
    const response = await connection.send(
      new Request(new URL(path, 'http://safemed.invalid'), { ...init, method, headers }),
    );
    if (response.ok) return response;
    throw await errorOf(response);
  };
  const read = async <T extends z.ZodType>(schema: T, response: Response, path: string): Promise<z.output<T>> => {
    const parsed = schema.safeParse(await response.json());
    if (parsed.success) return parsed.data;
    throw new AppError(
      'internal',
      `The answer to ${path} has another form than this version knows: ${parsed.error.message}`,
    );
  };
  const post = (path: string, body: unknown): Promise<Response> =>
    send('POST', path, { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  const client: Client = {
    where: connection.where,
    get: async (schema, path) => read(schema, await send('GET', path, {}), path),
    post: async (schema, path, body) => read(schema, await post(path, body), path),
    stream: post,
    delete: async (schema, path) => read(schema, await send('DELETE', path, {}), path),
    download: (path) => send('GET', path, {}),
    upload: async (files) => {
      let upload: string | undefined;
      for (const [path, file] of relativeNames(files)) {
        const query = new URLSearchParams({ path, ...(upload === undefined ? {} : { upload }) });
        const body = Readable.toWeb(createReadStream(file)) as unknown as ReadableStream; // the same type under two names
        const response = await send('POST', `/v1/corpus/uploads?${query}`, { body, duplex: 'half' } as RequestInit);
        ({ upload } = await read(UploadReply, response, '/v1/corpus/uploads'));
      }
      return upload ?? '';
    },
    wait: async (job, onProgress) => {
      for (;;) {
        const run = await client.get(JobRun, `/v1/jobs/${job}`);
        onProgress(run);
        if (run.state === 'done') return run;
        if (run.state === 'failed' || run.state === 'stopped') {
          const code = isErrorCode(run.errorCode) ? run.errorCode : 'internal';
          throw new AppError(run.state === 'stopped' ? 'incomplete' : code, run.error ?? `The job ${job} was stopped.`);
        }
        await sleep(pollMilliseconds);
      }
    },
    withToken: (other) => clientOf(connection, other),
    close: () => connection.close(),
  };
  return client;
}

async function errorOf(response: Response): Promise<AppError> {
  const text = await response.text();
  try {
    const { error } = ErrorBody.parse(JSON.parse(text));
    return new AppError(isErrorCode(error.code) ? error.code : 'internal', error.message);
  } catch (error) {
    return new AppError(
      'unavailable',
      `The server answered ${response.status} with something that is not ours: ${text.slice(0, 200)}`,
      { cause: error },
    );
  }
}

/** Throws `invalid_input`, with the path and what to do, unless the path is a readable file that is not empty. */
export async function refuseUnreadable(file: string): Promise<void> {
  let info: Awaited<ReturnType<typeof stat>>;
  try {
    info = await stat(file);
  } catch (error) {
    throw new AppError('invalid_input', `${file} cannot be read: ${messageOf(error)}. Check the path.`, {
      cause: error,
    });
  }
  if (info.isDirectory()) throw new AppError('invalid_input', `${file} is a directory; name the files inside it.`);
  if (!info.isFile()) throw new AppError('invalid_input', `${file} is not a regular file.`);
  if (info.size === 0)
    throw new AppError('invalid_input', `${file} is empty: there is nothing to import. Check where it came from.`);
}

/** Files with the shortest unambiguous relative path: folder names can carry a subject, category or split. */
function relativeNames(files: string[]): [string, string][] {
  const parts = files.map((file) =>
    file.split(/[\\/]+/).filter((part) => part !== '' && part !== '.' && part !== '..'),
  );
  const kept = parts.map((path) => path.slice(-4).join('/'));
  return files.map((file, index) => [kept[index] ?? basename(file), file]);
}
