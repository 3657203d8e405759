import { z } from 'zod';
import { eventTypes } from '../ledger/event-types.ts';
import { targetProblem } from './target.ts';

const Address = z
  .string()
  .max(2_000)
  .superRefine((address, refusal) => {
    const problem = targetProblem(address);
    if (problem !== undefined) refusal.addIssue({ code: 'custom', message: problem });
  });

/** Whom to tell of what. No types: of every event. */
export const WebhookInput = z.strictObject({ url: Address, types: z.array(z.enum(eventTypes)).default([]) });
export type WebhookInput = z.infer<typeof WebhookInput>;

/** active: told of what happens · stopped: given up or sent away, with the reason; it goes on from `cursor` when resumed. */
export const WebhookState = z.enum(['active', 'stopped']);

export const Webhook = z.object({
  id: z.uuid(),
  url: z.string(),
  types: z.array(z.string()),
  state: WebhookState,
  stopReason: z.string().exactOptional(),
  /** The first leaf of the log that it has not been told of. */
  cursor: z.int(),
  /** Failed attempts at the message that is next. */
  attempts: z.int(),
  failingSince: z.string().exactOptional(),
  /** When the next attempt may begin. */
  dueAt: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
});
export type Webhook = z.infer<typeof Webhook>;

/** The secret is shown this once. */
export const WebhookMade = z.object({ webhook: Webhook, secret: z.string() });
export const WebhookList = z.object({ webhooks: z.array(Webhook) });

export const Delivery = z.object({
  leaf: z.int(),
  type: z.string(),
  state: z.enum(['delivered', 'failed']),
  attempts: z.int(),
  /** HTTP status of the last attempt, if there was a reply. */
  status: z.int().exactOptional(),
  error: z.string().exactOptional(),
  firstAt: z.string(),
  lastAt: z.string(),
});
export type Delivery = z.infer<typeof Delivery>;
export const DeliveryList = z.object({ deliveries: z.array(Delivery) });

/** What is sent of an event: that it happened, when, and where it stands in which log. No text, no names. */
export const Message = z.object({
  type: z.string(),
  timestamp: z.string(),
  data: z.object({ log: z.string(), leaf: z.int(), subject: z.uuid(), seq: z.int() }),
});
export type Message = z.infer<typeof Message>;
