import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, body, idParam, query } from '../context/http.ts';
import { addWebhook, allWebhooks, deliveriesOf, removeWebhook, resumeWebhook } from './actions.ts';
import { DeliveryList, Webhook, WebhookInput, WebhookList, WebhookMade } from './schema.ts';

const Limit = z.strictObject({ limit: z.coerce.number().int().min(1).max(1000).default(50) });

export const webhookRoutes = new Hono<AppEnv>()
  .get('/', async (c) => c.json(WebhookList.parse({ webhooks: await allWebhooks(c.var.ctx) })))
  .post('/', async (c) => c.json(WebhookMade.parse(await addWebhook(c.var.ctx, await body(c, WebhookInput))), 201))
  .delete('/:id', async (c) => c.json(Webhook.parse(await removeWebhook(c.var.ctx, idParam(c)))))
  .post('/:id/resume', async (c) => c.json(Webhook.parse(await resumeWebhook(c.var.ctx, idParam(c)))))
  .get('/:id/deliveries', async (c) => {
    const { limit } = query(c, Limit);
    return c.json(DeliveryList.parse({ deliveries: await deliveriesOf(c.var.ctx, idParam(c), limit) }));
  });
