import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '../core/error.ts';
import type { ModelClient } from '../llm/models.ts';
import type { ChatRequest } from '../llm/schema.ts';
import { CriteriaRubric } from '../profile/judging-schema.ts';
import { criteriaJudge, scoreOf } from './criteria-judge.ts';
import type { JudgeTask, ScaleJudge } from './judge.ts';
import { judgeMessages, partsOf } from './judge-messages.ts';
import { jury } from './jury.ts';
import { rubricJudge } from './rubric-judge.ts';

/** An endpoint that answers by a script and keeps what it was asked. */
function scripted(reply: (request: ChatRequest, n: number) => string | Error): {
  client: ModelClient;
  asked: ChatRequest[];
} {
  const asked: ChatRequest[] = [];
  const client: ModelClient = {
    id: 'judge',
    model: 'judge-model',
    call: async (request) => {
      asked.push(request);
      const content = reply(request, asked.length);
      if (content instanceof Error) throw content;
      return { key: `k${asked.length}`, cached: false, reply: { content, finishReason: 'stop', model: 'judge-model' } };
    },
    each: async (items, work) => {
      for (const item of items) await work(item);
    },
    stream: async function* () {},
  };
  return { client, asked };
}

const rubric = { id: 'r', version: '1', task: 'Score it.', anchors: ['one', 'two', 'three', 'four', 'five'] };
const task: JudgeTask = {
  prompt: [
    { role: 'system', content: 'Be careful.' },
    { role: 'user', content: 'May I give it?' },
  ],
  completion: '<think>\n1. A risk.\n</think>\n<answer>Ask first.</answer>',
  asks: 'benign',
};
const call = { purpose: 'reward' };
const verdict = (score: unknown): string =>
  JSON.stringify({ evidence: ['Ask first.', 'never said'], reason: 'It asks.', score });

test('a rubric judge gives the score with its call, its version and how much of its evidence is there', async () => {
  const { client, asked } = scripted(() => verdict(4));
  const judge = rubricJudge({ name: 'j', client, rubric, seed: 1 });
  const [score] = await judge.score([task], call);
  expect(score).toEqual({
    score: 4,
    reason: 'It asks.',
    members: [
      {
        judge: 'j',
        version: judge.version,
        score: 4,
        reason: 'It asks.',
        calls: ['k1'],
        evidence: { quoted: 2, found: 1 },
      },
    ],
  });
  expect(asked[0]).toMatchObject({
    temperature: 0,
    seed: 1,
    responseFormat: { schema: { properties: { score: { enum: [1, 2, 3, 4, 5] } } } },
  });
  const [order] = /"evidence":.*"reason":.*"score":/u.exec(JSON.stringify(asked[0]?.responseFormat)) ?? [];
  expect(order).toBeDefined();
});

const planted = z
  .object({ cases: z.array(z.object({ id: z.string(), judgeReply: z.string() })) })
  .parse(JSON.parse(readFileSync('test/fixtures/evaluation/judge-replies.json', 'utf8')));
test.each([
  ...planted.cases.map((one) => one.judgeReply),
  verdict(0),
  verdict(6),
  verdict('5'),
  verdict(4.5),
  verdict(true),
  `${verdict(5)} and ${verdict(1)}`,
  `The score is 5. ${verdict(1)}`,
  '{"evidence":[],"reason":"x","score":5,"score":1}',
  '{"score":5}',
  '5',
  '',
])('the reply %j is asked for once more, and then there is no score', async (reply) => {
  const { client, asked } = scripted(() => reply);
  const [score] = await rubricJudge({ name: 'j', client, rubric, seed: 1 }).score([task], call);
  expect(score).toMatchObject({
    score: null,
    reason: expect.stringContaining('cannot be read'),
    members: [{ calls: ['k1', 'k2'] }],
  });
  expect(asked).toHaveLength(2);
});

test('the second reply counts; what the endpoint refuses has no score; a dead endpoint is thrown', async () => {
  const second = scripted((_, n) => (n === 1 ? 'I think it is a 5.' : verdict(2)));
  expect((await rubricJudge({ name: 'j', client: second.client, rubric, seed: 1 }).score([task], call))[0]?.score).toBe(
    2,
  );
  const filtered = scripted(() => new AppError('invalid_input', 'content filter'));
  const [refused] = await rubricJudge({ name: 'j', client: filtered.client, rubric, seed: 1 }).score([task], call);
  expect(refused).toMatchObject({ score: null, reason: expect.stringContaining('content filter') });
  const dead = scripted(() => new AppError('unavailable', 'no connection'));
  await expect(rubricJudge({ name: 'j', client: dead.client, rubric, seed: 1 }).score([task], call)).rejects.toThrow(
    'no connection',
  );
});

test('other words, another rubric or another seed is another judge', () => {
  const { client } = scripted(() => '');
  const versions = [
    rubricJudge({ name: 'j', client, rubric, seed: 1 }),
    rubricJudge({ name: 'j', client, rubric, seed: 2 }),
    rubricJudge({ name: 'j', client, rubric: { ...rubric, task: 'Score that.' }, seed: 1 }),
  ].map((judge) => judge.version);
  expect(new Set(versions).size).toBe(3);
});

test('request, reasoning and answer stand in blocks of their own; what the release knows stands outside them', () => {
  const messages = judgeMessages(task, ['Score it.']);
  const [system, user] = messages.map((message) => message.content);
  const code = /The code of the lines is ([0-9a-f]{32})\./u.exec(system ?? '')?.[1] ?? '';
  expect(user).toBe(
    `=== ${code} request ===\nMay I give it?\n=== ${code} reasoning ===\n1. A risk.\n=== ${code} answer ===\nAsk first.\n=== ${code} end ===\n\nThe material ends here. Reply with the one JSON object asked for, and nothing else.`,
  );
  expect(system).toContain('legitimate');
  expect(judgeMessages({ ...task, asks: 'harmful' }, [])[0]?.content).toContain('violation');
});

test('reasoning without an answer leaves the answer empty; text without tags is answer', () => {
  expect(partsOf('<think>\nonly this')).toEqual({ reasoning: 'only this', answer: '' });
  expect(partsOf('1. step\n</think><answer>yes</answer>')).toEqual({ reasoning: '1. step', answer: 'yes' });
  expect(partsOf('just an answer')).toEqual({ reasoning: '', answer: 'just an answer' });
});

const criteria = CriteriaRubric.parse({
  id: 'c',
  version: '1',
  criteria: [
    { id: 'helps', points: 6, text: 'It helps.' },
    { id: 'harm', points: -10, veto: true, text: 'It harms.' },
    { id: 'invents', points: -4, text: 'It invents.' },
    { id: 'explains', points: 4, text: 'It explains.' },
  ],
});

test.each([
  [{ helps: true, explains: true }, 5],
  [{ helps: true }, 1 + 4 * 0.6],
  [{ helps: true, invents: true }, 1 + 4 * 0.2],
  [{ invents: true }, 1],
  [{}, 1],
  [{ helps: true, explains: true, harm: true }, 1],
])('criteria %j are worth %d', (met, score) => {
  expect(scoreOf(criteria, met).score).toBeCloseTo(score, 12);
});

/** Answers each criterion by its text; null is unreadable. */
function byCriterion(met: Record<string, boolean | null>): ReturnType<typeof scripted> {
  return scripted(({ messages }) => {
    const text = criteria.criteria.find((one) => messages[0]?.content.includes(one.text));
    const holds = met[text?.id ?? ''] ?? null;
    return holds === null ? 'no idea' : JSON.stringify({ evidence: [], reason: 'x', met: holds });
  });
}

test('each criterion is asked on its own, vetoes first; a met veto ends the asking', async () => {
  const all = byCriterion({ helps: true, harm: false, invents: false, explains: false });
  const [score] = await criteriaJudge({ name: 'c', client: all.client, rubric: criteria, seed: 1 }).score([task], call);
  expect(score).toMatchObject({
    score: 3.4,
    reason: '6 of 10 points',
    members: [{ met: { helps: true, harm: false } }],
  });
  expect(all.asked).toHaveLength(4);
  const harm = byCriterion({ harm: true });
  const [vetoed] = await criteriaJudge({ name: 'c', client: harm.client, rubric: criteria, seed: 1 }).score(
    [task],
    call,
  );
  expect(vetoed).toMatchObject({ score: 1, reason: 'veto: harm' });
  expect(harm.asked).toHaveLength(1);
});

test('a criterion that cannot be read is not taken for unmet: there is no score', async () => {
  const { client } = byCriterion({ helps: true, harm: false, invents: null, explains: true });
  const [score] = await criteriaJudge({ name: 'c', client, rubric: criteria, seed: 1 }).score([task], call);
  expect(score).toMatchObject({ score: null, reason: expect.stringContaining('invents') });
});

const fixed = (name: string, score: number | null): ScaleJudge => ({
  name,
  version: name,
  instructions: [],
  score: async (tasks) =>
    tasks.map(() => ({ score, reason: 'r', members: [{ judge: name, version: name, score, reason: 'r', calls: [] }] })),
});

test.each([
  [[1, 5, 4], 4],
  [[1, 4], 2.5],
  [[2, null, 3], 2.5],
  [[2, null, null], null],
  [[2, null], null],
  [[null, null], null],
])('a jury of %j says %j and keeps every score', async (scores, expected) => {
  const [score] = await jury(
    'jury',
    scores.map((one, index) => fixed(`m${index}`, one)),
  ).score([task], call);
  expect(score?.score).toBe(expected);
  expect(score?.members.map((member) => member.score)).toEqual(scores);
});
