import { Hono, type Context as HonoContext } from 'hono';
import { streamSSE } from 'hono/streaming';
import { type AppEnv, body } from '../context/http.ts';
import { AppError, messageOf } from '../core/error.ts';
import type { ChatReply } from '../llm/schema.ts';
import { type Completion, recordAnswer, servedModels, startCompletion } from './actions.ts';
import { reasoningSplitter, splitReasoning } from './reasoning.ts';
import { CompletionRequest } from './schema.ts';

/** The part of the API that OpenAI clients know. Field names are theirs. */
export const servingRoutes = new Hono<AppEnv>()
  .get('/models', async (c) => {
    const models = await servedModels(c.var.ctx);
    const data = models.map((model) => ({
      id: model.name,
      object: 'model',
      created: Math.floor(Date.parse(model.registeredAt) / 1000),
      owned_by: 'safemed',
    }));
    return c.json({ object: 'list', data });
  })
  .post('/chat/completions', async (c) => {
    const input = await body(c, CompletionRequest);
    const completion = await startCompletion(c.var.ctx, input, c.req.raw.signal);
    return input.stream === true ? streamed(c, completion, input) : whole(c, completion);
  });

const finishReasons: Record<ChatReply['finishReason'], string> = {
  stop: 'stop',
  length: 'length',
  content_filter: 'content_filter',
  other: 'stop',
};

function usageOf(reply: ChatReply): object {
  const { promptTokens = 0, completionTokens = 0 } = reply.usage ?? {};
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

function head({ id, model }: Completion, object: string): object {
  return {
    id,
    object,
    created: Math.floor(Date.now() / 1000),
    model: model.name,
    system_fingerprint: model.digest.slice(0, 16),
  };
}

async function whole(c: HonoContext<AppEnv>, completion: Completion): Promise<Response> {
  let reply: ChatReply | undefined;
  for await (const delta of completion.deltas) if (delta.type === 'end') reply = delta.reply;
  if (reply === undefined) throw new AppError('unavailable', 'The model ended without an answer; ask again.');
  const { reasoning, content } = splitReasoning(reply.content);
  const thought = reply.reasoning ?? reasoning;
  const message = {
    role: 'assistant',
    content,
    ...(thought === '' ? {} : { reasoning: thought, reasoning_content: thought }),
  };
  return c.json({
    ...head(completion, 'chat.completion'),
    choices: [{ index: 0, message, finish_reason: finishReasons[reply.finishReason], logprobs: null }],
    usage: usageOf(reply),
    safemed: await recordAnswer(c.var.ctx, completion, reply.content),
  });
}

function streamed(c: HonoContext<AppEnv>, completion: Completion, input: CompletionRequest): Response {
  c.header('X-Accel-Buffering', 'no');
  const { ctx } = c.var;
  return streamSSE(c, async (stream) => {
    const send = (value: object): Promise<void> => stream.writeSSE({ data: JSON.stringify(value) });
    const chunk = (delta: object, finish: string | null = null, more: object = {}): Promise<void> =>
      send({
        ...head(completion, 'chat.completion.chunk'),
        choices: [{ index: 0, delta, finish_reason: finish }],
        ...more,
      });
    const splitter = reasoningSplitter();
    const pieces = async (list: ReturnType<typeof splitter.push>): Promise<void> => {
      for (const { kind, text } of list)
        await chunk(kind === 'content' ? { content: text } : { reasoning: text, reasoning_content: text });
    };
    try {
      await chunk({ role: 'assistant', content: '' });
      for await (const delta of completion.deltas) {
        if (delta.type === 'content') await pieces(splitter.push(delta.text));
        else if (delta.type === 'reasoning') await pieces([{ kind: 'reasoning', text: delta.text }]);
        else {
          await pieces(splitter.end());
          const safemed = await recordAnswer(ctx, completion, delta.reply.content);
          await chunk({}, finishReasons[delta.reply.finishReason], { safemed });
          if (input.stream_options?.include_usage === true)
            await send({ ...head(completion, 'chat.completion.chunk'), choices: [], usage: usageOf(delta.reply) });
        }
      }
    } catch (error) {
      // The headers are out: the error travels as the protocol's last event.
      const known = error instanceof AppError ? error : new AppError('internal', messageOf(error));
      await send({ error: { message: known.message, type: 'server_error', param: null, code: known.code } });
    }
    await stream.writeSSE({ data: '[DONE]' });
  });
}
