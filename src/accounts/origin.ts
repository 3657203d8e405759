import { isIP } from 'node:net';
import type { HttpBindings } from '@hono/node-server';
import type { Context as HonoContext } from 'hono';
import { AppError } from '../core/error.ts';

const localNames = new Set(['localhost', '127.0.0.1', '[::1]']);
const forwarding = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/** The address at the other end of the connection; absent for a request that this program sends itself. */
export function remoteAddress(c: HonoContext): string | undefined {
  // The node server puts these there; a request made in this process has none.
  const bindings = c.env as Partial<HttpBindings> | undefined;
  return bindings?.incoming?.socket?.remoteAddress;
}

/**
 * Whether the request was made on this machine for this machine: over loopback, under a local name (another one could be
 * a stranger's page whose name was made to lead here), and not passed on by a proxy.
 */
export function isLocal(c: HonoContext): boolean {
  const address = remoteAddress(c)?.replace(/^::ffff:/, '');
  if (address !== undefined && !(isIP(address) === 4 ? address.startsWith('127.') : address === '::1')) return false;
  if (forwarding.some((name) => c.req.header(name) !== undefined)) return false;
  return localNames.has(new URL(c.req.url).hostname);
}

/** Throws `forbidden` unless a page of this server made the request: other sites can make browsers send requests too. */
export function requireSameOrigin(c: HonoContext, origin: string | undefined): void {
  const site = c.req.header('sec-fetch-site');
  if (site === 'same-origin') return;
  const from = c.req.header('origin');
  // Older browsers, and those on a plain address that is not local, send only the origin.
  if (site === undefined && from !== undefined && from === (origin ?? new URL(c.req.url).origin)) return;
  throw new AppError('forbidden', 'This request did not come from a page of this server.');
}
