import { randomUUID } from 'node:crypto';
import { requireRole } from '../context/actor.ts';
import { type Context, reader, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { destroyNamedKey, makeNamedKey } from '../ledger/vault/named-keys.ts';
import type { Delivery, Webhook, WebhookInput } from './schema.ts';
import { formatSecret } from './sign.ts';
import * as store from './store.ts';

/** Adds a webhook, which is told of what comes into the log from now on. Its secret is returned this once. */
export async function addWebhook(ctx: Context, input: WebhookInput): Promise<{ webhook: Webhook; secret: string }> {
  requireRole(ctx.actor, 'admin', 'engineer');
  return transact(ctx, async (ctx) => {
    const id = randomUUID();
    const key = await makeNamedKey(ctx, id);
    await store.insertWebhook(ctx.tx, { id, ...input, by: ctx.actor.id, at: ctx.clock.now() });
    return { webhook: await webhookOf(ctx, id), secret: formatSecret(key) };
  });
}

export async function allWebhooks(ctx: Context): Promise<Webhook[]> {
  requireRole(ctx.actor, 'admin', 'engineer');
  return store.listWebhooks(reader(ctx));
}

/** Removes a webhook, its deliveries and its secret; nothing is sent to it any more. */
export async function removeWebhook(ctx: Context, id: string): Promise<Webhook> {
  requireRole(ctx.actor, 'admin', 'engineer');
  return transact(ctx, async (ctx) => {
    const removed = await webhookOf(ctx, id);
    await store.deleteWebhook(ctx.tx, id);
    await destroyNamedKey(ctx, id);
    return removed;
  });
}

/** Lets a stopped webhook go on with the message at which it stopped. */
export async function resumeWebhook(ctx: Context, id: string): Promise<Webhook> {
  requireRole(ctx.actor, 'admin', 'engineer');
  return transact(ctx, async (ctx) => {
    await webhookOf(ctx, id);
    await store.resumeWebhook(ctx.tx, id, ctx.clock.now());
    return webhookOf(ctx, id);
  });
}

/** The newest deliveries of a webhook, each with how often it was tried and how the last attempt went. */
export async function deliveriesOf(ctx: Context, id: string, limit: number): Promise<Delivery[]> {
  requireRole(ctx.actor, 'admin', 'engineer');
  await webhookOf(ctx, id);
  return store.listDeliveries(reader(ctx), id, limit);
}

async function webhookOf(ctx: Context, id: string): Promise<Webhook> {
  const found = await store.readWebhook(reader(ctx), id);
  if (found === undefined) throw new AppError('not_found', `There is no webhook ${id}.`);
  return found;
}
