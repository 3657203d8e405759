import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openTestApp, type TestApp } from '../../../test/app.ts';
import { exampleFolder, teacher } from '../../../test/example.ts';
import { TokenReply } from '../../accounts/schema.ts';
import { GenerationStatus } from '../../generation/schema.ts';
import { PanelCase } from '../../review/schema.ts';
import { createApp } from '../../server/app.ts';
import { type Client, clientOf } from '../client.ts';
import { terminal } from '../terminal.ts';
import { Counted, countAll } from './counted.ts';
import { enrolPeople } from './people.ts';
import { openPractice } from './practice.ts';

const Queue = z.object({ items: z.array(z.object({ instance: z.uuid() })) });
const Cases = z.object({ cases: z.array(PanelCase) });

const said: string[] = [];
const quiet = { write: (text: string) => said.push(text) };
let app: TestApp;
let client: Client;

const openWork = () => openPractice(client, terminal(false, quiet, quiet), resolve(exampleFolder));

/** A client that acts as one of the demonstration's people. */
async function as(person: string): Promise<Client> {
  const { token } = await client.post(TokenReply, `/v1/accounts/${person}/tokens`, { label: 'test' });
  return client.withToken(token);
}

beforeAll(async () => {
  app = await openTestApp({ endpoints: { teacher }, workers: true });
  const routes = createApp(app.services);
  client = clientOf({
    where: app.root,
    token: await app.token('admin', 'engineer', 'steward', 'auditor'),
    send: async (request) => routes.fetch(request),
    close: async () => undefined,
  });
  await enrolPeople(client);
  expect(await openWork()).toEqual({ questions: 12, reviews: 4 });
});
afterAll(() => app.close());

test('a visitor of the demonstration finds ten instances in review and two before a board, and nothing decided', async () => {
  expect(said.filter((line) => line.includes('refused'))).toEqual([]);
  const { byState, malformed, strikes } = await client.get(GenerationStatus, '/v1/generation/status');
  expect(byState).toMatchObject({ 'in-review': 10, panel: 2, generating: 0, accepted: 0, rejected: 0 });
  expect({ malformed, strikes }).toEqual({ malformed: 0, strikes: 0 });
});

test('each demo reviewer finds all ten in the queue', async () => {
  for (const letter of ['a', 'b', 'c']) {
    const { items } = await (await as(`demo-reviewer-${letter}`)).get(Queue, '/v1/reviews/queue');
    expect(items).toHaveLength(10);
  }
});

test('the adjudicator finds the split verdict, and the panel chair the critical mark', async () => {
  const split = await (await as('demo-adjudicator')).get(Cases, '/v1/reviews/panel');
  expect(split.cases.filter((one) => one.board === 'adjudicator').map((one) => [one.trigger, one.state])).toEqual([
    ['split-verdict', 'voting'],
  ]);
  const critical = await (await as('demo-panel-1')).get(Cases, '/v1/reviews/panel');
  expect(critical.cases.filter((one) => one.board === 'panel').map((one) => [one.trigger, one.state])).toEqual([
    ['critical', 'voting'],
  ]);
});

test('opening the work again, as after an interruption, adds nothing', async () => {
  const before = await countAll(client);
  expect(await openWork()).toEqual({ questions: 12, reviews: 4 });
  const { corpus, reviews, generation } = await countAll(client);
  expect({ corpus, reviews, generation }).toEqual({
    corpus: before.corpus,
    reviews: before.reviews,
    generation: before.generation,
  });
});

test('the counts kept for the summary read back from their file as they were', async () => {
  const counted = await countAll(client);
  expect(Counted.parse(JSON.parse(JSON.stringify(counted)))).toEqual(counted);
});
