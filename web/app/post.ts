import { ApiError } from './api.ts';

/** Sends JSON to a route and returns its JSON; throws ApiError, status 0 if the request did not arrive. */
export async function postJson<T>(path: string, body: unknown): Promise<T> {
  const init = { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await fetch(path, init).catch((error: unknown) => {
    throw new ApiError(0, String(error));
  });
  const reply = await response.json().catch(() => undefined);
  if (!response.ok) throw new ApiError(response.status, reply?.error?.message ?? response.statusText);
  return reply as T; // the routes parse their replies with the schemas that these types come from
}
