import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The JSON body of a request, as it came over the wire. */
export type WireRequest = {
  model: string;
  messages: { role: string; content: string }[];
  temperature?: number;
  max_tokens?: number;
  seed?: number;
  stream?: boolean;
  [member: string]: unknown;
};

/** What the fake does with one request. A string is a reply with that content. */
export type FakeStep =
  | string
  | {
      content: string;
      reasoning?: string;
      finish?: string;
      /** null leaves the usage out of the reply. */
      usage?: { prompt: number; completion: number } | null;
      topLogProbs?: { token: string; logprob: number }[];
      latencyMs?: number;
    }
  | { status: number; message?: string; code?: string; retryAfter?: string }
  | { fault: 'drop' | 'drop-midway' | 'hang' | 'malformed-json' | 'wrong-shape' };

export type FakeOptions = {
  /** The n-th request (from 1) and what to do with it. Default: a short reply that depends on the request. */
  reply?: (request: WireRequest, n: number) => FakeStep;
  latencyMs?: number;
  /** When given, requests without `Authorization: Bearer <apiKey>` get 401. */
  apiKey?: string;
  port?: number;
};

export type FakeStats = {
  requests: number;
  answered: number;
  refused: number;
  inFlight: number;
  peak: number;
  rps: number;
};

export type FakeOpenAi = {
  /** To be configured as `baseUrl`; ends in /v1. */
  readonly baseUrl: string;
  /** Bodies of the chat requests so far, in the order of their arrival. */
  readonly requests: readonly WireRequest[];
  /** The same counters as GET /stats. */
  stats(): FakeStats;
  reset(): void;
  close(): Promise<void>;
};

type State = {
  requests: WireRequest[];
  arrived: number;
  answered: number;
  refused: number;
  inFlight: number;
  peak: number;
  firstAt: number;
  lastAt: number;
};

/**
 * A server on the loopback that speaks the chat-completions protocol: replies, streams, refuses and breaks as told.
 * Routes: POST /v1/chat/completions, GET /v1/models, GET /stats, POST /reset.
 */
export async function startFakeOpenAi(options: FakeOptions = {}): Promise<FakeOpenAi> {
  const state = emptyState();
  const server = createServer((request, response) => {
    void serve(request, response, options, state).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests: state.requests,
    stats: () => statsOf(state),
    reset: () => resetState(state),
    close: () => closeServer(server),
  };
}

function emptyState(): State {
  return { requests: [], arrived: 0, answered: 0, refused: 0, inFlight: 0, peak: 0, firstAt: 0, lastAt: 0 };
}

function resetState(state: State): void {
  const { requests } = state;
  requests.length = 0;
  Object.assign(state, { ...emptyState(), requests });
}

function statsOf(state: State): FakeStats {
  const { arrived, answered, refused, inFlight, peak, firstAt, lastAt } = state;
  const rps = lastAt > firstAt ? arrived / ((lastAt - firstAt) / 1000) : 0;
  return { requests: arrived, answered, refused, inFlight, peak, rps };
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: FakeOptions,
  state: State,
): Promise<void> {
  const { url } = request;
  if (url === '/stats') return sendJson(response, 200, statsOf(state));
  if (url === '/reset') {
    resetState(state);
    return sendJson(response, 200, {});
  }
  if (options.apiKey !== undefined && request.headers.authorization !== `Bearer ${options.apiKey}`) {
    const said = request.headers.authorization ?? '';
    return sendJson(response, 401, {
      error: { message: `Incorrect API key provided: ${said}`, code: 'invalid_api_key' },
    });
  }
  if (url === '/v1/models') return sendJson(response, 200, { object: 'list', data: [{ id: 'fake', object: 'model' }] });
  if (url !== '/v1/chat/completions') return sendJson(response, 404, { error: { message: `no route ${url}` } });
  const body = JSON.parse(await readText(request)) as WireRequest; // a test double believes its own clients
  state.requests.push(body);
  state.arrived++;
  state.inFlight++;
  state.peak = Math.max(state.peak, state.inFlight);
  state.firstAt ||= performance.now();
  try {
    const step = (options.reply ?? defaultReply)(body, state.arrived);
    await perform(step, body, response, options.latencyMs ?? 0, state);
  } finally {
    state.inFlight--;
    state.lastAt = performance.now();
  }
}

function defaultReply(request: WireRequest): string {
  return `Reply to ${request.messages.at(-1)?.content.length ?? 0} characters.`;
}

async function perform(
  step: FakeStep,
  body: WireRequest,
  response: ServerResponse,
  latencyMs: number,
  state: State,
): Promise<void> {
  const latency = typeof step === 'object' && 'content' in step ? (step.latencyMs ?? latencyMs) : latencyMs;
  if (latency > 0) await sleep(latency);
  if (typeof step === 'object' && 'status' in step) {
    state.refused++;
    if (step.retryAfter !== undefined) response.setHeader('retry-after', step.retryAfter);
    const error = { message: step.message ?? `status ${step.status}`, ...(step.code && { code: step.code }) };
    return sendJson(response, step.status, { error });
  }
  if (typeof step === 'object' && 'fault' in step) return breakDown(step.fault, response);
  const reply = typeof step === 'string' ? { content: step } : step;
  state.answered++;
  return body.stream === true ? streamReply(reply, body, response) : sendJson(response, 200, completion(reply, body));
}

type Reply = Extract<FakeStep, { content: string }>;

function usageOf(reply: Reply, body: WireRequest): object | undefined {
  if (reply.usage === null) return undefined;
  const prompt = reply.usage?.prompt ?? body.messages.reduce((sum, message) => sum + message.content.length, 0);
  const completion = reply.usage?.completion ?? reply.content.length;
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

function completion(reply: Reply, body: WireRequest): object {
  const message = { role: 'assistant', content: reply.content, ...(reply.reasoning && { reasoning: reply.reasoning }) };
  const logprobs = reply.topLogProbs === undefined ? null : { content: [{ top_logprobs: reply.topLogProbs }] };
  const choice = { index: 0, message, finish_reason: reply.finish ?? 'stop', logprobs };
  return {
    id: 'fake',
    object: 'chat.completion',
    created: 1,
    model: body.model,
    choices: [choice],
    usage: usageOf(reply, body),
  };
}

/** Two or three pieces of content in chunks that split lines and characters, a usage chunk, and [DONE]. */
async function streamReply(reply: Reply, body: WireRequest, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const base = { id: 'fake', object: 'chat.completion.chunk', created: 1, model: body.model };
  const event = (choices: object[], more: object = {}): string =>
    `data: ${JSON.stringify({ ...base, choices, ...more })}\n\n`;
  const delta = (part: object, finish: string | null = null): string =>
    event([{ index: 0, delta: part, finish_reason: finish }]);
  const pieces = reply.content.match(/[\s\S]{1,8}/gu) ?? [];
  const text = [
    delta({ role: 'assistant', content: '' }),
    ...(reply.reasoning === undefined ? [] : [delta({ reasoning: reply.reasoning })]),
    ...pieces.map((content) => delta({ content })),
    delta({}, reply.finish ?? 'stop'),
    event([], { usage: usageOf(reply, body) }),
    'data: [DONE]\n\n',
  ].join('');
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += 50) {
    response.write(bytes.subarray(start, start + 50));
    await sleep(0);
  }
  response.end();
}

function breakDown(
  fault: 'drop' | 'drop-midway' | 'hang' | 'malformed-json' | 'wrong-shape',
  response: ServerResponse,
): void {
  switch (fault) {
    case 'drop':
      response.destroy();
      return;
    case 'drop-midway':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"choices":[{"message":{"content":"half', () => response.destroy());
      return;
    case 'hang':
      return; // answered by closeAllConnections, at the latest
    case 'malformed-json':
      response.end('{"choices":[{"message":{"content":"cut');
      return;
    case 'wrong-shape':
      sendJson(response, 200, { object: 'chat.completion', choices: [] });
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

async function readText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer); // no encoding was set, so parts are buffers
  return Buffer.concat(parts).toString('utf8');
}
