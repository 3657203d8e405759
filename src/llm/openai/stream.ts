import type { IncomingMessage } from 'node:http';
import type { ChatDelta, ChatRequest, Usage } from '../schema.ts';
import { AttemptFailure, bodyChunks, type Deadline, finalError, post, startDeadline } from './attempt.ts';
import { type Calling, repeated, type Server } from './repeat.ts';
import { serverSentData } from './sse.ts';
import { assembleReply, storable, usageOf, WireChunk, wireBody } from './wire.ts';

/**
 * The reply as it is written. Only the opening is repeated: once text has been handed out, a broken stream is an error.
 * The time limit is for the longest silence.
 */
export async function* streamReply(
  server: Server,
  request: ChatRequest,
  calling: Calling,
): AsyncGenerator<ChatDelta, void, void> {
  const { response, deadline } = await repeated(server, () => openStream(server, request, calling), calling);
  try {
    yield* readStream(server, request, bodyChunks(response, server.config, deadline), deadline);
  } catch (error) {
    calling.signal?.throwIfAborted();
    throw error instanceof AttemptFailure ? finalError(error, 1, server) : error;
  } finally {
    deadline.end();
  }
}

async function openStream(
  server: Server,
  request: ChatRequest,
  calling: Calling,
): Promise<{ response: IncomingMessage; deadline: Deadline }> {
  const deadline = startDeadline(server.config.timeoutMs, calling.signal);
  try {
    return {
      response: await post(server.config, server.key, wireBody(server.config, request, true), deadline),
      deadline,
    };
  } catch (error) {
    deadline.end();
    throw error;
  }
}

async function* readStream(
  server: Server,
  request: ChatRequest,
  chunks: AsyncIterable<Uint8Array>,
  deadline: Deadline,
): AsyncGenerator<ChatDelta, void, void> {
  const parts = { content: '', reasoning: '', model: request.model };
  let finish: string | undefined;
  let usage: Usage | undefined;
  for await (const data of serverSentData(chunks)) {
    deadline.touch();
    if (data === '[DONE]') break;
    const chunk = readChunk(data);
    parts.model = chunk.model ?? parts.model;
    usage = usageOf(chunk.usage) ?? usage;
    const [choice] = chunk.choices;
    finish = choice?.finish_reason ?? finish;
    const content = choice?.delta?.content ?? choice?.delta?.refusal ?? '';
    const reasoning = choice?.delta?.reasoning_content ?? choice?.delta?.reasoning ?? '';
    parts.content += content;
    parts.reasoning += reasoning;
    if (reasoning !== '') yield { type: 'reasoning', text: storable(reasoning) };
    if (content !== '') yield { type: 'content', text: storable(content) };
  }
  if (finish === undefined) throw new AttemptFailure('broke off in the middle of its reply', { retryable: false });
  yield { type: 'end', reply: assembleReply({ ...parts, finish, usage }, server.config.price) };
}

function readChunk(data: string): Exclude<WireChunk, { error: unknown }> {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch (cause) {
    throw new AttemptFailure('sent an event that is no JSON', { retryable: false, cause });
  }
  const parsed = WireChunk.safeParse(value);
  if (!parsed.success) throw new AttemptFailure('sent an event that is no chat completion', { retryable: false });
  if (!('error' in parsed.data)) return parsed.data;
  const { error } = parsed.data;
  throw new AttemptFailure(`failed while answering: ${typeof error === 'string' ? error : error.message}`, {
    retryable: false,
  });
}
