import { z } from 'zod';
import type { ChatReply, ChatRequest, FinishReason, OpenAiConfig, Price, Usage } from '../schema.ts';

/** Most alternatives per position that OpenAI and vLLM report. */
const topLogProbs = 20;

const TopLogProb = z.object({ token: z.string(), logprob: z.number() });
const LogProbs = z.object({ content: z.array(z.object({ top_logprobs: z.array(TopLogProb).nullish() })).nullish() });
const WireUsage = z.object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0).nullish() });

const WireMessage = z.object({
  content: z.string().nullish(),
  refusal: z.string().nullish(),
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish(),
});

/** What we read of a chat completion; the rest is ignored. */
export const WireReply = z.object({
  model: z.string().nullish(),
  choices: z
    .array(z.object({ message: WireMessage, finish_reason: z.string().nullish(), logprobs: LogProbs.nullish() }))
    .min(1),
  usage: WireUsage.nullish(),
});
export type WireReply = z.infer<typeof WireReply>;

/** What we read of one chunk of a streamed chat completion, or of the error sent in its place. */
export const WireChunk = z.union([
  z.object({ error: z.union([z.string(), z.object({ message: z.string() })]) }),
  z.object({
    model: z.string().nullish(),
    choices: z.array(z.object({ delta: WireMessage.nullish(), finish_reason: z.string().nullish() })),
    usage: WireUsage.nullish(),
  }),
]);
export type WireChunk = z.infer<typeof WireChunk>;

/** What OpenAI-compatible servers send with an error status. */
export const WireError = z.object({
  error: z.union([
    z.string(),
    z.object({ message: z.string(), code: z.union([z.string(), z.number()]).nullish(), type: z.string().nullish() }),
  ]),
});

/** The JSON body of POST /chat/completions. */
export function wireBody(config: OpenAiConfig, request: ChatRequest, stream: boolean): Record<string, unknown> {
  const body: Record<string, unknown> = {
    model: request.model,
    messages: request.messages,
    temperature: request.temperature,
    top_p: request.topP,
    max_tokens: request.choices === undefined ? request.maxTokens : 1,
    seed: request.seed,
    stop: request.stop,
    response_format: responseFormat(request),
  };
  if (request.choices !== undefined) Object.assign(body, { logprobs: true, top_logprobs: topLogProbs });
  if (stream) Object.assign(body, { stream: true, stream_options: { include_usage: true } });
  Object.assign(body, config.extraBody);
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined && value !== null));
}

function responseFormat(request: ChatRequest): unknown {
  const format = request.responseFormat;
  if (format?.type !== 'json_schema') return format;
  return { type: 'json_schema', json_schema: { name: format.name, schema: format.schema, strict: true } };
}

/** Model text as it may be stored: PostgreSQL takes neither U+0000 nor lone surrogates; both become U+FFFD. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

export function finishReason(text: string | null | undefined): FinishReason {
  return text === 'stop' || text === 'length' || text === 'content_filter' ? text : 'other';
}

/** Cost in the price table's currency; undefined where the price or the usage is unknown. */
export function costOf(usage: Usage | undefined, price: Price | undefined): number | undefined {
  if (usage === undefined || price === undefined) return undefined;
  return (usage.promptTokens * price.promptPerMillion + usage.completionTokens * price.completionPerMillion) / 1e6;
}

/** Usage as ours; servers leave completion_tokens out when it is zero. */
export function usageOf(usage: z.infer<typeof WireUsage> | null | undefined): Usage | undefined {
  if (usage === null || usage === undefined) return undefined;
  return { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens ?? 0 };
}

/** What the parts of a reply make together. */
export function assembleReply(
  parts: {
    content: string;
    reasoning: string;
    finish: string | null | undefined;
    model: string;
    usage: Usage | undefined;
  },
  price: Price | undefined,
): ChatReply {
  const cost = costOf(parts.usage, price);
  return {
    content: storable(parts.content),
    ...(parts.reasoning === '' ? {} : { reasoning: storable(parts.reasoning) }),
    finishReason: finishReason(parts.finish),
    ...(parts.usage === undefined ? {} : { usage: parts.usage }),
    model: storable(parts.model),
    ...(cost === undefined ? {} : { cost }),
  };
}

/** The reply in a chat completion. A refusal is what the model said, so it is content. */
export function replyOf(wire: WireReply, request: ChatRequest, price: Price | undefined): ChatReply {
  const [choice] = wire.choices;
  const message = choice?.message;
  const reply = assembleReply(
    {
      content: message?.content ?? message?.refusal ?? '',
      reasoning: message?.reasoning_content ?? message?.reasoning ?? '',
      finish: choice?.finish_reason,
      model: wire.model ?? request.model,
      usage: usageOf(wire.usage),
    },
    price,
  );
  if (request.choices === undefined) return reply;
  const choiceLogProbs = scoredChoices(request.choices, choice?.logprobs?.content?.[0]?.top_logprobs ?? []);
  return { ...reply, content: likeliest(choiceLogProbs) ?? reply.content, finishReason: 'stop', choiceLogProbs };
}

/** Sums the probabilities of a choice's token forms: with and without white space around it. */
function scoredChoices(choices: string[], top: z.infer<typeof TopLogProb>[]): Record<string, number> {
  const probability = (choice: string): number =>
    top.filter(({ token }) => token.trim() === choice.trim()).reduce((sum, { logprob }) => sum + Math.exp(logprob), 0);
  const scores = choices.map((choice): [string, number] => [choice, Math.min(0, Math.log(probability(choice)))]);
  return Object.fromEntries(scores.filter(([, score]) => score > -Infinity));
}

/** The choice with the highest log-probability; undefined when none was scored. */
export function likeliest(scores: Record<string, number>): string | undefined {
  let best: string | undefined;
  let bestScore = -Infinity;
  for (const [choice, score] of Object.entries(scores)) if (score > bestScore) [best, bestScore] = [choice, score];
  return best;
}
