import { z } from 'zod';
import { ChatReply, ChatRequest, LlamaConfig } from '../schema.ts';

/** What the owner tells the child process that runs llama.cpp. */
export const ToChild = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('load'), config: LlamaConfig, name: z.string() }),
  z.strictObject({
    type: z.literal('ask'),
    id: z.int(),
    request: ChatRequest,
    seed: z.int(),
    stream: z.boolean(),
  }),
  z.strictObject({ type: z.literal('abort'), id: z.int() }),
]);
export type ToChild = z.infer<typeof ToChild>;

/** What the child tells its owner. */
export const FromChild = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('loaded') }),
  z.strictObject({ type: z.literal('unloadable'), message: z.string() }),
  z.strictObject({ type: z.literal('text'), id: z.int(), text: z.string() }),
  z.strictObject({ type: z.literal('reply'), id: z.int(), reply: ChatReply }),
  z.strictObject({ type: z.literal('failure'), id: z.int(), code: z.string(), message: z.string() }),
]);
export type FromChild = z.infer<typeof FromChild>;
