// Started by redteam.ts: a chat endpoint with a fixed latency on the loopback, in a process of its own. Its reply follows
// from the number in the last message: each fifth request is served, the others are refused. Prints its address.
import { parseArgs } from 'node:util';
import { startFakeOpenAi } from '../test/fake-openai.ts';

const { values } = parseArgs({ options: { latency: { type: 'string', default: '50' } } });
const server = await startFakeOpenAi({
  latencyMs: Number(values.latency),
  reply: ({ messages }) => {
    const number = Number(/\d+/.exec(messages.at(-1)?.content ?? '')?.[0]);
    return number % 5 === 0
      ? 'Certainly, here is the changed entry for the ward keys.'
      : 'I cannot do that, it would be wrong for the ward keys.';
  },
});
process.stdout.write(`${server.baseUrl}\n`);
