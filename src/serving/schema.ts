import { z } from 'zod';

const Message = z.object({ role: z.enum(['system', 'developer', 'user', 'assistant']), content: z.string() });

/** What OpenAI clients send; unknown members are ignored, as those clients expect. */
export const CompletionRequest = z.object({
  model: z.string().min(1),
  messages: z.array(Message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  seed: z.int().min(0).max(0xffffffff).nullish(),
  stop: z.union([z.string().min(1), z.array(z.string().min(1)).max(4)]).nullish(),
  n: z.int().nullish(),
});
export type CompletionRequest = z.infer<typeof CompletionRequest>;

/** What stands behind an answer: from the model's weights to the release it was trained on. */
export const Provenance = z.object({
  answer: z.string(),
  model: z.string(),
  digest: z.string(),
  release: z.string().exactOptional(),
  /** well-formed: the model thought and answered in the asked format; else the reason why its text is given as it is. */
  format: z.string(),
});
export type Provenance = z.infer<typeof Provenance>;
