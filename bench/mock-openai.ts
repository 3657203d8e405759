// An OpenAI-compatible server for benches: a fixed latency, answers that follow from the request, counters.
//   node bench/mock-openai.ts [--latency 50]      prints its address; GET /stats reads the counters, GET /reset clears them
import { createServer, type ServerResponse } from 'node:http';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { latency: { type: 'string', default: '50' } } });
const latency = Number(values.latency);

/** What the server counted; `spanMs` lies between the first request and the last reply. */
export type MockStats = { requests: number; peak: number; repeated: number; spanMs: number };

let counted = { requests: 0, peak: 0, repeated: 0, first: 0, last: 0 };
let inFlight = 0;
let seen = new Set<string>();

function send(response: ServerResponse, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function reply(response: ServerResponse, body: string): void {
  const messages: { content: string }[] = JSON.parse(body).messages ?? [];
  const question = messages.at(-1)?.content ?? '';
  if (seen.has(question)) counted.repeated++;
  seen.add(question);
  const content = `Reasoning about the vignette.\nANSWER: ${'ABCD'[question.length % 4]}`;
  const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }];
  const usage = { prompt_tokens: 200, completion_tokens: 20, total_tokens: 220 };
  const done = (): void => {
    inFlight--;
    counted.last = performance.now();
    send(response, { id: 'm', object: 'chat.completion', created: 1, model: 'mock', choices, usage });
  };
  if (latency === 0) done();
  else setTimeout(done, latency);
}

const server = createServer((request, response) => {
  if (request.url === '/stats') {
    const { requests, peak, repeated, first, last } = counted;
    send(response, { requests, peak, repeated, spanMs: last - first });
    return;
  }
  if (request.url === '/reset') {
    counted = { requests: 0, peak: 0, repeated: 0, first: 0, last: 0 };
    seen = new Set();
    send(response, {});
    return;
  }
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    counted.requests++;
    inFlight++;
    counted.peak = Math.max(counted.peak, inFlight);
    if (counted.first === 0) counted.first = performance.now();
    reply(response, Buffer.concat(parts).toString('utf8'));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}`);
});
