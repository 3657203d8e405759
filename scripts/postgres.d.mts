/** {url, stop} of a running server, or {reason} why there is none. */
export function startPostgres(options?: {
  durable?: boolean;
}): Promise<{ readonly url: string; readonly stop: () => void } | { readonly reason: string }>;
