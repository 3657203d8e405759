import { z } from 'zod';

/** PostgreSQL text cannot hold U+0000, so no request may carry it into the call record. */
const Text = z.string().refine((text) => !text.includes('\0'), 'must not contain U+0000');

export const ChatMessage = z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: Text });
export type ChatMessage = z.infer<typeof ChatMessage>;

/** The shape a reply must have: any JSON value, or one that follows a JSON Schema. */
export const ResponseFormat = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({
    type: z.literal('json_schema'),
    name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
    schema: z.record(z.string(), z.json()),
  }),
]);
export type ResponseFormat = z.infer<typeof ResponseFormat>;

/** One question to a model. Everything that can change the reply is in here or in the endpoint's identity. */
export const ChatRequest = z.strictObject({
  model: z.string().min(1),
  messages: z.array(ChatMessage).min(1),
  temperature: z.number().min(0).max(2),
  topP: z.number().gt(0).max(1).exactOptional(),
  /** Most tokens the reply may have. */
  maxTokens: z.int().min(1),
  seed: z.int().min(0).max(0xffffffff).exactOptional(),
  stop: z.array(Text.min(1)).min(1).max(4).exactOptional(),
  responseFormat: ResponseFormat.exactOptional(),
  /** Score these as the very next token instead of writing: the reply carries `choiceLogProbs`. */
  choices: z.array(Text.min(1)).min(2).max(26).exactOptional(),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

export const FinishReason = z.enum(['stop', 'length', 'content_filter', 'other']);
export type FinishReason = z.infer<typeof FinishReason>;

export const Usage = z.strictObject({ promptTokens: z.int().min(0), completionTokens: z.int().min(0) });
export type Usage = z.infer<typeof Usage>;

export const ChatReply = z.strictObject({
  content: z.string(),
  /** What the server separated as the model's thinking; models without such a parser keep it in `content`. */
  reasoning: z.string().exactOptional(),
  finishReason: FinishReason,
  /** Absent when the endpoint did not say; never estimated. */
  usage: Usage.exactOptional(),
  /** The model as the endpoint named it. */
  model: z.string(),
  /** Price of this reply, in the currency of the endpoint's price table. */
  cost: z.number().min(0).exactOptional(),
  /** Natural logarithm of each choice's probability as the next token; a choice the endpoint did not report is absent. */
  choiceLogProbs: z.record(z.string(), z.number().max(0)).exactOptional(),
});
export type ChatReply = z.infer<typeof ChatReply>;

/** A piece of a reply while it is written; the last one carries the whole reply. */
export type ChatDelta =
  | { type: 'content'; text: string }
  | { type: 'reasoning'; text: string }
  | { type: 'end'; reply: ChatReply };

const BaseUrl = z.url({ protocol: /^https?$/ }).refine((text) => {
  const url = URL.parse(text);
  return url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}, 'must be a plain http(s) address without credentials, query or fragment; name the key’s variable in apiKeyEnv');

export const Price = z.strictObject({
  promptPerMillion: z.number().min(0),
  completionPerMillion: z.number().min(0),
});
export type Price = z.infer<typeof Price>;

/** Limits over everything ever recorded for the endpoint in this workspace. */
export const Budget = z.strictObject({
  maxCalls: z.int().min(0).exactOptional(),
  maxTokens: z.int().min(0).exactOptional(),
  maxCost: z.number().min(0).exactOptional(),
});
export type Budget = z.infer<typeof Budget>;

export const OpenAiConfig = z.strictObject({
  type: z.literal('openai'),
  /** Up to and including the version, for example http://127.0.0.1:8000/v1. */
  baseUrl: BaseUrl,
  model: z.string().min(1),
  /** Name of the environment variable that holds the key. */
  apiKeyEnv: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .exactOptional(),
  price: Price.exactOptional(),
  budget: Budget.exactOptional(),
  concurrency: z.int().min(1).max(1024).default(8),
  /** For one attempt; while streaming, the longest silence. */
  timeoutMs: z.int().min(1).max(300_000).default(120_000),
  maxRetries: z.int().min(0).max(20).default(5),
  /** Added to each request's body; a member replaces ours, null removes ours. */
  extraBody: z.record(z.string(), z.json()).exactOptional(),
  /** What stands for the model in cache keys instead of the address, for example the digest of the weights served there. */
  identity: z.string().min(1).exactOptional(),
});
export type OpenAiConfig = z.infer<typeof OpenAiConfig>;

export const LlamaConfig = z.strictObject({
  type: z.literal('llama'),
  gguf: z.string().min(1),
  lora: z.string().min(1).exactOptional(),
  /** The name requests carry; default: the file's name without .gguf. */
  model: z.string().min(1).exactOptional(),
  /** Tokens that one request's prompt and reply may have together. */
  contextSize: z.int().min(64).default(2048),
  /** Requests answered at the same time. */
  sequences: z.int().min(1).max(256).default(4),
  /** Processor threads in all; the default suits a machine that does other work as well. */
  threads: z.int().min(1).exactOptional(),
});
export type LlamaConfig = z.infer<typeof LlamaConfig>;

export const RecordedConfig = z.strictObject({
  type: z.literal('recorded'),
  file: z.string().min(1),
  /** The name requests carry; it is part of their digests. */
  model: z.string().min(1).default('recorded'),
});
export type RecordedConfig = z.infer<typeof RecordedConfig>;

export const EndpointConfig = z.discriminatedUnion('type', [OpenAiConfig, LlamaConfig, RecordedConfig]);
export type EndpointConfig = z.infer<typeof EndpointConfig>;

/** answered: the endpoint replied · failed: it did not · reused: an earlier answer was handed out again, nothing paid. */
export const CallState = z.enum(['answered', 'failed', 'reused']);
export type CallState = z.infer<typeof CallState>;

/** One row of the call record. */
export const CallRecord = z.strictObject({
  id: z.uuid(),
  /** SHA-256 of the canonical {endpoint identity, request}. */
  key: z.string(),
  endpoint: z.string(),
  model: z.string(),
  purpose: z.string(),
  subject: z.string().exactOptional(),
  state: CallState,
  /** For a reused call: the call whose answer it got. */
  answeredBy: z.uuid().exactOptional(),
  request: ChatRequest.exactOptional(),
  reply: ChatReply.exactOptional(),
  error: z.strictObject({ code: z.string(), message: z.string() }).exactOptional(),
  attempts: z.int().min(0),
  latencyMs: z.number().min(0),
  startedAt: z.date(),
  endedAt: z.date(),
});
export type CallRecord = z.infer<typeof CallRecord>;

/** Sums over call records. `made` counts answered calls; failed and reused ones are apart. */
export const CallTotals = z.strictObject({
  made: z.int(),
  failed: z.int(),
  cached: z.int(),
  attempts: z.int(),
  tokensIn: z.int(),
  tokensOut: z.int(),
  /** Answered calls whose endpoint did not report tokens: they are not in the two sums above. */
  tokensUnknown: z.int(),
  cost: z.number(),
});
export type CallTotals = z.infer<typeof CallTotals>;
