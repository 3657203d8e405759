import { AppError } from '../core/error.ts';
import type { CallOptions, ModelClient } from '../llm/models.ts';
import type { ChatRequest, ResponseFormat } from '../llm/schema.ts';
import { storableText } from './text.ts';

const maxTokens = 1024;

/** What a judge is asked: `read` takes its reply apart or says why it cannot be read. */
export type JudgeQuestion<T> = {
  messages: ChatRequest['messages'];
  format: ResponseFormat;
  seed: number;
  read(reply: string): { value: T } | { reason: string };
};

/** One call to a judge: its key in the record of calls, and the reply as it came. */
export type AskedOnce = { call: string; reply: string };

/** What came of a question. `trail` holds every call that was made for it. */
export type JudgeAnswer<T> = ({ value: T } | { reason: string }) & { trail: AskedOnce[] };

/** What a judge is told when its first reply was not the object asked for. */
export const askAgain =
  'That was not exactly one JSON object of the form asked for. Reply once more, with that object and nothing before or after it.';

/**
 * Asks once, at temperature 0, and once more where the reply cannot be read; then there is no value but a reason. A
 * request that the judge's endpoint refuses for what it holds has no value either; other failures are thrown.
 */
export async function askJudge<T>(
  client: Pick<ModelClient, 'call' | 'model'>,
  question: JudgeQuestion<T>,
  options: CallOptions,
): Promise<JudgeAnswer<T>> {
  const trail: AskedOnce[] = [];
  let { messages } = question;
  let reason = '';
  for (let attempt = 0; attempt < 2; attempt++) {
    const request: ChatRequest = {
      model: client.model,
      messages,
      temperature: 0,
      maxTokens,
      seed: question.seed,
      responseFormat: question.format,
    };
    const asked = await askOnce(client, request, options);
    if ('refused' in asked) return { reason: asked.refused, trail };
    trail.push(asked);
    const read = question.read(asked.reply);
    if ('value' in read) return { value: read.value, trail };
    reason = read.reason;
    messages = [...messages, { role: 'assistant', content: asked.reply }, { role: 'user', content: askAgain }];
  }
  return { reason: `the judge's reply cannot be read: ${reason}`, trail };
}

async function askOnce(
  client: Pick<ModelClient, 'call'>,
  request: ChatRequest,
  options: CallOptions,
): Promise<AskedOnce | { refused: string }> {
  try {
    const { key, reply } = await client.call(request, options);
    return { call: key, reply: storableText(reply.content) };
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_input')
      return { refused: `the judge's endpoint refused the request: ${error.message}` };
    throw error;
  }
}
