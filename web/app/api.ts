import { useQuery } from '@tanstack/react-query';

/** A request that the server refused, or (status 0) that did not reach it. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The JSON of a route; throws ApiError where there is none. */
export async function getJson<T>(path: string): Promise<T> {
  const response = await fetch(path).catch((error: unknown) => {
    throw new ApiError(0, String(error));
  });
  const body = await response.json().catch(() => undefined);
  if (!response.ok) throw new ApiError(response.status, body?.error?.message ?? response.statusText);
  if (body === undefined) throw new ApiError(response.status, `${path} did not answer with JSON.`);
  return body as T; // the routes parse their replies with the schemas that these types come from
}

/** Live data of a route; asked again every few seconds where the page shows counts. */
export function useApi<T>(path: string, everySeconds?: number) {
  return useQuery<T, ApiError>({
    queryKey: [path],
    queryFn: () => getJson<T>(path),
    ...(everySeconds === undefined ? { staleTime: 60_000 } : { refetchInterval: everySeconds * 1000 }),
    retry,
  });
}

/** Whether to ask again: what the server refused it will refuse again. */
export function retry(failures: number, error: Error): boolean {
  return failures < 2 && !(error instanceof ApiError && error.status < 500);
}
