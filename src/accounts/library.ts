import type { Context as HonoContext } from 'hono';
import { z } from 'zod';
import { AppError } from '../core/error.ts';
import type { SignIn } from './open-sign-in.ts';

/** A response of the sign-in library: its cookies go on to the browser, its refusals become errors of ours. */

const Refusal = z.object({ message: z.string().optional() });

/** Hands the library's cookies on to the browser and gives its body, or undefined where it refused. */
export async function take(c: HonoContext, response: Response): Promise<unknown> {
  for (const cookie of response.headers.getSetCookie()) c.header('Set-Cookie', cookie, { append: true });
  if (response.ok) return response.json();
  const refusal = Refusal.safeParse(await response.json().catch(() => ({})));
  if (response.status >= 500)
    throw new AppError('internal', `The sign-in library failed: ${refusal.data?.message ?? response.status}.`);
  return undefined;
}

/** Opens a session for an account that proved itself, and gives the browser its cookie. */
export async function openSession(c: HonoContext, signIn: SignIn, account: string): Promise<void> {
  const { headers } = c.req.raw;
  const opened = await take(
    c,
    await (await signIn.api()).openSession({ body: { account }, headers, asResponse: true }),
  );
  if (opened === undefined) throw new AppError('not_signed_in', 'This account is unknown or was revoked.');
}

/** The live session that the request's cookie names. One that is older than a session may become is ended. */
export async function sessionOf(
  c: HonoContext,
  signIn: SignIn,
  now: Date,
): Promise<{ id: string; account: string; since: Date } | undefined> {
  if (c.req.header('cookie') === undefined) return undefined;
  const { headers } = c.req.raw;
  const response = await (await signIn.api()).getSession({ headers, asResponse: true });
  const found = Found.parse(await take(c, response));
  if (found === null || found === undefined) return undefined;
  const { session } = found;
  if (now.getTime() - session.createdAt.getTime() > signIn.settings.absolute) {
    await take(c, await (await signIn.api()).signOut({ headers, asResponse: true }));
    return undefined;
  }
  return { id: session.id, account: session.userId, since: session.createdAt };
}

const Found = z
  .object({ session: z.object({ id: z.string(), userId: z.string(), createdAt: z.coerce.date() }) })
  .nullish();
