import { useQuery } from '@tanstack/react-query';

/** A request that the server refused, or (status 0) that did not reach it. */
export class ApiError extends Error {
  readonly status: number;
  /** What the server adds for the page to act on, such as `{needs: 'proof'}`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

/** The JSON of a route; throws ApiError where there is none. */
export function getJson<T>(path: string): Promise<T> {
  return requestJson(path, {});
}

/** Sends a request that changes something; the JSON of its reply. Throws ApiError where it was refused. */
export function sendJson<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body: unknown = {}): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  return requestJson(path, { method, headers, body: JSON.stringify(body) });
}

async function requestJson<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(path, init).catch((error: unknown) => {
    throw new ApiError(0, String(error));
  });
  const body = await response.json().catch(() => undefined);
  if (!response.ok)
    throw new ApiError(response.status, body?.error?.message ?? response.statusText, body?.error?.details);
  if (body === undefined) throw new ApiError(response.status, `${path} did not answer with JSON.`);
  return body as T; // the routes parse their replies with the schemas that these types come from
}

/** Live data of a route; asked again every few seconds where the page shows counts, until they can change no more. */
export function useApi<T>(path: string, everySeconds?: number, until: (data: T) => boolean = () => false) {
  return useQuery<T, ApiError>({
    queryKey: [path],
    queryFn: () => getJson<T>(path),
    ...(everySeconds === undefined
      ? { staleTime: 60_000 }
      : {
          refetchInterval: ({ state: { data } }) => (data !== undefined && until(data) ? false : everySeconds * 1000),
        }),
    retry,
  });
}

/** Whether to ask again: what the server refused it will refuse again. */
export function retry(failures: number, error: Error): boolean {
  return failures < 2 && !(error instanceof ApiError && error.status < 500);
}
