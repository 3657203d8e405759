import { randomInt, randomUUID } from 'node:crypto';
import { requireRole } from '../context/actor.ts';
import { type Context, transact } from '../context/context.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { AppError } from '../core/error.ts';
import { sha256Hex } from '../core/hash.ts';
import { parseTrace } from '../core/trace.ts';
import type { ChatDelta, ChatRequest } from '../llm/schema.ts';
import { getModel, listModels, targetClient } from '../registry/actions.ts';
import type { Model } from '../registry/schema.ts';
import type { CompletionRequest, Provenance } from './schema.ts';
import { insertServedAnswer } from './store.ts';

const defaultMaxTokens = 512;

/** The models that may be served: approved ones only. */
export async function servedModels(ctx: Context): Promise<Model[]> {
  requireUser(ctx);
  return (await listModels(ctx, { limit: 1000 })).filter((model) => model.state === 'approved');
}

/** Applications ask the served models, and whoever works with them. */
function requireUser(ctx: Context): void {
  requireRole(ctx.actor, 'application', 'engineer', 'red-teamer', 'steward', 'auditor', 'release-approver');
}

export type Completion = { id: string; model: Model; request: ChatRequest; deltas: AsyncIterable<ChatDelta> };

/** Starts an answer by an approved model. The call is recorded; the caller finishes it with `recordAnswer`. */
export async function startCompletion(
  ctx: Context,
  input: CompletionRequest,
  signal: AbortSignal,
): Promise<Completion> {
  requireUser(ctx);
  if ((input.n ?? 1) !== 1) throw new AppError('invalid_input', 'n: one answer per request is served.');
  const { model } = await getModel(ctx, input.model);
  if (model.state !== 'approved')
    throw new AppError(
      'not_found',
      `The model "${input.model}" is not served: it is ${model.state}, and only approved models are.`,
    );
  const client = await targetClient(ctx, `model:${model.digest}`);
  const id = `chatcmpl-${randomUUID()}`;
  const request = toChatRequest(ctx, client.model, input);
  return { id, model, request, deltas: client.stream(request, { purpose: 'serving', subject: id, signal }) };
}

function toChatRequest(ctx: Context, model: string, input: CompletionRequest): ChatRequest {
  const messages: ChatRequest['messages'] = input.messages.map(({ role, content }) => ({
    role: role === 'developer' ? 'system' : role,
    content,
  }));
  // Without its system prompt the model was never taught to think and answer in its format.
  if (messages[0]?.role !== 'system') messages.unshift({ role: 'system', content: ctx.profile.prompts.system.en });
  const stop = typeof input.stop === 'string' ? [input.stop] : input.stop;
  return {
    model,
    messages,
    temperature: input.temperature ?? 0,
    ...(input.top_p == null ? {} : { topP: input.top_p }),
    maxTokens: input.max_completion_tokens ?? input.max_tokens ?? defaultMaxTokens,
    seed: input.seed ?? randomInt(2 ** 32),
    ...(stop == null ? {} : { stop }),
  };
}

/** Records which model gave the answer, by digests, and returns what the client is told about it. */
export async function recordAnswer(ctx: Context, completion: Completion, text: string): Promise<Provenance> {
  const parsed = parseTrace(text);
  const { model } = completion;
  const format = parsed.state === 'well-formed' ? 'well-formed' : parsed.reason;
  const release = model.release === undefined ? {} : { release: model.release };
  await transact(ctx, (ctx) =>
    insertServedAnswer(ctx.tx, {
      id: completion.id,
      modelDigest: model.digest,
      ...release,
      actor: ctx.actor.id,
      requestSha256: sha256Hex(canonicalJson(completion.request)),
      answerSha256: sha256Hex(text),
      format,
      at: ctx.clock.now(),
    }),
  );
  return { answer: completion.id, model: model.name, digest: model.digest, ...release, format };
}
