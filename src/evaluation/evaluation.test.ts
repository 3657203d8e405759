import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../test/app.ts';
import { type FakeOpenAi, type FakeStep, startFakeOpenAi, type WireRequest } from '../../test/fake-openai.ts';
import type { Role } from '../context/actor.ts';
import { type Context, transact } from '../context/context.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { sha256Hex } from '../core/hash.ts';
import { storeQuestions } from '../corpus/actions.ts';
import type { Question } from '../corpus/schema.ts';
import type { Database } from '../db/database.ts';
import { history } from '../ledger/history.ts';
import { registerModel } from '../registry/actions.ts';
import type { RegisterInput } from '../registry/schema.ts';
import { startEvaluation } from './actions.ts';
import { compareTargets } from './comparison-actions.ts';
import { runEvaluation } from './job.ts';
import { evaluationReport, listItems } from './report-actions.ts';
import { type EvaluationItem, StartEvaluation } from './schema.ts';
import { sealedSets, sealSet } from './sealed-actions.ts';

const perSet = 30;
let app: TestApp;
let server: FakeOpenAi;
let reply: (request: WireRequest, n: number) => FakeStep;
let served = 0;
const ctx = (...roles: Role[]): Context => app.services.contextFor({ id: 'somebody', name: 'Somebody', roles });

/** Question number n of a set; its right option is B. */
function question(set: string, n: number, more: Partial<Question> = {}): Question {
  const zh = set.endsWith('zh');
  return {
    id: `${set}-${String(n).padStart(3, '0')}`,
    dataset: set,
    kind: 'knowledge',
    language: zh ? 'zh' : 'en',
    text: zh ? `第${n}题：以下哪项正确？` : `Case ${n} of ${set}: which one is right?`,
    options: ['A', 'B', 'C', 'D'].map((label) => ({ label, text: `statement ${label}${n}` })),
    answer: ['B'],
    dimensions: [],
    source: { kind: 'exam', citation: 'written for this test' },
    set,
    flags: [],
    tags: {},
    provenance: { file: 'f', row: n + 1 },
    ...more,
  };
}

async function store(benchmark: boolean, questions: Question[]): Promise<void> {
  await transact(ctx('engineer'), (ctx) =>
    storeQuestions(ctx, { importId: randomUUID(), benchmark: benchmark, met: new Map() }, questions),
  );
}

/** A registered model behind the fake server; every call makes another one, so that no reply is in the records yet. */
async function model(more: Partial<RegisterInput> = {}): Promise<string> {
  const name = `m-${served++}`;
  await registerModel(ctx('engineer'), {
    name,
    kind: 'base',
    files: [{ path: name, sha256: sha256Hex(name) }],
    endpoint: { type: 'openai', baseUrl: server.baseUrl, model: name, concurrency: 4, timeoutMs: 5000, maxRetries: 0 },
    ...more,
  });
  return `model:${name}`;
}

const control = (signal: AbortSignal = new AbortController().signal) => ({
  runId: randomUUID(),
  progress: async () => undefined,
  signal,
});

async function start(input: unknown): Promise<string> {
  return (await startEvaluation(ctx('engineer'), StartEvaluation.parse(input))).evaluation;
}

async function evaluate(input: unknown): Promise<string> {
  const evaluation = await start(input);
  await runEvaluation(ctx('engineer'), { evaluation }, control());
  return evaluation;
}

const caseOf = (request: WireRequest): number =>
  Number(
    /Case (\d+)|第(\d+)题/
      .exec(request.messages.at(-1)?.content ?? '')
      ?.slice(1)
      .find(Boolean),
  );

async function allItems(evaluation: string, target: string): Promise<EvaluationItem[]> {
  const items: EvaluationItem[] = [];
  for (let from: number | undefined = 0; from !== undefined; ) {
    const page = await listItems(ctx('auditor'), evaluation, { target, from, limit: 7 });
    items.push(...page.items);
    from = page.next;
  }
  return items;
}

beforeAll(async () => {
  server = await startFakeOpenAi({ reply: (request, n) => reply(request, n) });
  app = await openTestApp();
  const numbers = Array.from({ length: perSet }, (_, n) => n);
  await store(
    true,
    numbers.flatMap((n) => [question('exam-en', n), question('exam-zh', n)]),
  );
  const { options: _, ...open } = question('odd', 4, { answer: [], reference: 'free text' });
  await store(true, [
    question('odd', 1),
    question('odd', 2, { answer: [] }),
    question('odd', 3, { answer: ['A', 'B'] }),
    open,
  ]);
  await store(false, [question('train', 1), { ...question('exam-en', 3), id: 'same-as-exam-3', set: 'train' }]);
});

beforeEach(() => {
  server.reset();
  reply = () => 'Answer: B';
});

afterAll(async () => {
  await app.close();
  await server.close();
});

test('each reply becomes one verdict with its rule, and the report counts them in all states', async () => {
  reply = (request) => {
    const said = [
      'Answer: B',
      'Answer: C',
      'Answer: E',
      'I cannot determine the answer from the information given.',
      '',
    ];
    return said[caseOf(request) % said.length] ?? '';
  };
  const targets = [{ name: 'base', ref: await model() }];
  const evaluation = await evaluate({ targets, sets: ['exam-zh', 'exam-en'] });
  const { complete, models } = await evaluationReport(ctx('auditor'), evaluation);
  expect(complete).toBe(true);
  expect(models.base?.sets.map((set) => [set.name, set.correct, set.unanswered, set.n])).toEqual([
    ['exam-en', 6, 18, 30],
    ['exam-zh', 6, 18, 30],
  ]);
  expect(models.base?.sets[0]?.states).toEqual({
    'answered-correct': 6,
    'answered-wrong': 6,
    'out-of-range': 6,
    abstained: 6,
    unparsable: 6,
    open: 0,
  });
  expect(models.base?.macro).toBe(0.2);
  const items = await allItems(evaluation, 'base');
  expect(items).toHaveLength(60);
  expect(items.every((item) => item.rule !== '' && item.callKey !== '' && item.expected === 'B')).toBe(true);
});

test('every model is asked the same words at temperature 0 with the seed, in the language of the question', async () => {
  const targets = [{ name: 'base', ref: await model() }];
  await evaluate({ targets, sets: ['exam-zh'], limit: 1, seed: 7, maxTokens: 33, systemPrompt: true });
  expect(server.requests).toHaveLength(1);
  const [request] = server.requests;
  expect(request).toMatchObject({ temperature: 0, seed: 7, max_tokens: 33 });
  expect(request?.messages.map((message) => message.role)).toEqual(['system', 'user']);
  expect(request?.messages.at(-1)?.content).toMatch(/第\d+题[\s\S]*A\. statement[\s\S]*答案：X/);
});

test('stopped in the middle and run again, no question is asked twice and the totals are exact', async () => {
  const abort = new AbortController();
  reply = (_, n) => {
    if (n === 25) abort.abort();
    return { content: 'Answer: B', latencyMs: n > 20 ? 30 : 0 };
  };
  const targets = [
    { name: 'one', ref: await model() },
    { name: 'two', ref: await model() },
  ];
  const evaluation = await start({ targets, sets: ['exam-en', 'exam-zh'] });
  await expect(runEvaluation(ctx('engineer'), { evaluation }, control(abort.signal))).rejects.toThrow();
  const half = await evaluationReport(ctx('auditor'), evaluation);
  const answered = (half.models.one?.sets ?? []).reduce((sum, set) => sum + set.n, 0);
  expect(half.complete).toBe(false);
  expect(answered).toBeGreaterThan(0);
  expect(answered).toBeLessThan(60);
  expect((half.models.one?.sets ?? []).reduce((sum, set) => sum + set.missing, 0)).toBe(60 - answered);

  const stored = new Set((await allItems(evaluation, 'one')).map((item) => item.question));
  const again: string[] = [];
  reply = (request) => {
    const zh = request.messages.at(-1)?.content.startsWith('第') === true;
    again.push(`${request.model} ${zh ? 'exam-zh' : 'exam-en'}-${String(caseOf(request)).padStart(3, '0')}`);
    return 'Answer: B';
  };
  await runEvaluation(ctx('engineer'), { evaluation }, control());
  const one = targets[0]?.ref.slice('model:'.length);
  expect(again.filter((asked) => stored.has(asked.replace(`${one} `, '')))).toEqual([]);
  // Only what was on its way when the job stopped can be sent twice: no more than the four at a time.
  expect(new Set(again).size).toBeGreaterThanOrEqual(120 - answered - 4);
  expect(server.requests.length).toBeLessThanOrEqual(120 + 4);
  const { complete, models } = await evaluationReport(ctx('auditor'), evaluation);
  expect(complete).toBe(true);
  for (const name of ['one', 'two'])
    expect(models[name]?.sets.map((set) => [set.correct, set.n, set.missing])).toEqual([
      [30, 30, 0],
      [30, 30, 0],
    ]);
});

test('replies that were recorded but lost their verdict in a crash are not asked for again', async () => {
  const evaluation = await start({ targets: [{ name: 'base', ref: await model() }], sets: ['exam-en'] });
  const { db } = app.services;
  let left = 3;
  const dying: Database = {
    ...db,
    transaction: (work) => (left-- > 0 ? db.transaction(work) : Promise.reject(new Error('the process died here'))),
  };
  await expect(runEvaluation({ ...ctx('engineer'), db: dying }, { evaluation }, control())).rejects.toThrow('died');
  const lost = server.requests.length;
  expect(lost).toBeGreaterThan(0);
  await runEvaluation(ctx('engineer'), { evaluation }, control());
  expect(server.requests).toHaveLength(perSet);
  const asked = server.requests.map((request) => request.messages.at(-1)?.content);
  expect(new Set(asked).size).toBe(perSet);
  expect((await evaluationReport(ctx('auditor'), evaluation)).models.base?.sets[0]).toMatchObject({
    n: perSet,
    correct: perSet,
  });
});

test('a complete evaluation run once more asks nothing and records no second event', async () => {
  const evaluation = await evaluate({ targets: [{ name: 'base', ref: await model() }], sets: ['exam-en'] });
  const asked = server.requests.length;
  await runEvaluation(ctx('engineer'), { evaluation }, control());
  expect(server.requests).toHaveLength(asked);
  const events = await history(ctx('auditor'), app.services.ledger.systemSubject);
  expect(events.filter((event) => event.data.evaluation === evaluation)).toHaveLength(1);
});

test('the event commits to the rows: its digest can be computed from the pages of items', async () => {
  const ref = await model();
  const evaluation = await evaluate({ targets: [{ name: 'base', ref }], sets: ['exam-en', 'exam-zh'] });
  const events = await history(ctx('auditor'), app.services.ledger.systemSubject);
  const event = events.find((one) => one.type === 'eval.completed' && one.data.evaluation === evaluation);
  const hash = createHash('sha256');
  for (const item of await allItems(evaluation, 'base')) {
    const { question, questionIdentity, expected, state, answer = null, rule, callKey } = item;
    hash.update(`${canonicalJson([question, questionIdentity, expected, state, answer, rule, callKey])}\n`);
  }
  expect(event?.data.targets).toMatchObject([
    {
      name: 'base',
      identity: { kind: 'model', ref, digest: sha256Hex(ref.slice('model:'.length)) },
      resultsSha256: hash.digest('hex'),
      sets: [
        { name: 'exam-en', n: 30, states: { 'answered-correct': 30 } },
        { name: 'exam-zh', n: 30 },
      ],
    },
  ]);
});

test('with log-probabilities the likeliest letter answers and the reply keeps all of them', async () => {
  reply = (request) => {
    const [first, second] = caseOf(request) % 3 === 0 ? ['B', 'A'] : ['D', 'B'];
    return {
      content: first,
      topLogProbs: [
        { token: first, logprob: -0.2 },
        { token: ` ${second}`, logprob: -2 },
      ],
    };
  };
  const targets = [{ name: 'base', ref: await model() }];
  const evaluation = await evaluate({ targets, sets: ['exam-en'], method: 'logprob' });
  const report = await evaluationReport(ctx('auditor'), evaluation);
  expect(report.evaluation.settings.method).toBe('logprob');
  expect(report.models.base?.sets[0]).toMatchObject({
    correct: 10,
    unanswered: 0,
    n: 30,
    rules: { 'likeliest-letter': 30 },
  });
  expect(server.requests[0]).toMatchObject({ logprobs: true, max_tokens: 1 });
  const [item] = await allItems(evaluation, 'base');
  expect(item?.logProbs).toMatchObject({ B: expect.closeTo(-0.2, 6), A: expect.closeTo(-2, 6) });
});

test('two targets are compared on the same questions, flip by flip', async () => {
  reply = (request) => {
    const better = request.model === better2.slice('model:'.length);
    return caseOf(request) < (better ? 20 : 8) || (!better && caseOf(request) === 29) ? 'Answer: B' : 'Answer: A';
  };
  const better2 = await model();
  const targets = [
    { name: 'sft', ref: await model() },
    { name: 'aligned', ref: better2 },
  ];
  const evaluation = await evaluate({ targets, sets: ['exam-en', 'exam-zh'] });
  const side = (target: string) => ({ evaluation, target });
  const sides = { a: side('sft'), b: side('aligned') };
  const report = await compareTargets(ctx('auditor'), { ...sides, limit: 20 });
  expect(report.overall).toMatchObject({ n: 60, both: 16, onlyA: 2, onlyB: 24, neither: 18, finding: 'b better' });
  expect(report.sets.map((set) => [set.name, set.onlyB])).toEqual([
    ['exam-en', 12],
    ['exam-zh', 12],
  ]);
  expect(report.flips).toHaveLength(20);
  const rest = await compareTargets(ctx('auditor'), {
    ...sides,
    limit: 20,
    ...(report.next && { after: report.next }),
  });
  const flips = [...report.flips, ...rest.flips];
  expect(new Set(flips.map((flip) => flip.question)).size).toBe(26);
  expect(flips.filter((flip) => flip.direction === 'lost').map((flip) => flip.question)).toEqual([
    'exam-en-029',
    'exam-zh-029',
  ]);
  expect(rest).not.toHaveProperty('next');
  await expect(compareTargets(ctx('auditor'), { ...sides, b: side('nobody'), limit: 1 })).rejects.toThrow(
    /sft, aligned/,
  );
});

test('two evaluations are compared on what both asked; the rest is told, and so are different settings', async () => {
  const ref = await model();
  const first = await evaluate({ targets: [{ name: 'base', ref }], sets: ['exam-en', 'exam-zh'] });
  const second = await evaluate({ targets: [{ name: 'base', ref }], sets: ['exam-en'], limit: 10, seed: 2 });
  const sides = { a: { evaluation: first, target: 'base' }, b: { evaluation: second, target: 'base' } };
  const report = await compareTargets(ctx('auditor'), { ...sides, limit: 10 });
  expect(report).toMatchObject({ overall: { n: 10, p: null }, unpaired: { a: 50, b: 0 } });
  expect(report.warnings).toEqual(['seed differs: 1 against 2']);
});

test('a limited evaluation draws the same questions for the same seed and others for another', async () => {
  const ref = await model();
  const drawn = async (seed: number): Promise<string[]> => {
    const evaluation = await evaluate({ targets: [{ name: 'base', ref }], sets: ['exam-en'], limit: 6, seed });
    return (await allItems(evaluation, 'base')).map((item) => item.question);
  };
  const first = await drawn(11);
  expect(first).toHaveLength(6);
  expect(await drawn(11)).toEqual(first);
  expect(await drawn(12)).not.toEqual(first);
});

test('questions that cannot be scored are counted and not asked', async () => {
  const evaluation = await evaluate({ targets: [{ name: 'base', ref: await model() }], sets: ['odd'] });
  expect(server.requests).toHaveLength(1);
  const { models } = await evaluationReport(ctx('auditor'), evaluation);
  expect(models.base?.sets).toMatchObject([
    {
      name: 'odd',
      n: 1,
      missing: 0,
      chance: 0.25,
      unscorable: { 'no-options': 1, 'no-answer': 1, 'several-answers': 1 },
    },
  ]);
});

test('questions imported after the start change nothing', async () => {
  const evaluation = await start({
    targets: [{ name: 'base', ref: await model() }],
    sets: ['exam-en'],
  });
  await store(true, [question('exam-en', 900)]);
  await runEvaluation(ctx('engineer'), { evaluation }, control());
  expect((await evaluationReport(ctx('auditor'), evaluation)).models.base?.sets[0]).toMatchObject({
    n: perSet,
    missing: 0,
  });
});

test('contamination by the rows a model was trained on is shown per set, and unknown rows are not shown as none', async () => {
  const base = await model();
  const trained = { kind: 'adapter', base: base.slice('model:'.length), release: 'r1' } as const;
  const targets = [
    { name: 'base', ref: base },
    { name: 'sft', ref: await model({ ...trained, trainedOn: ['train-001', 'same-as-exam-3'] }) },
  ];
  const evaluation = await evaluate({ targets, sets: ['exam-en', 'exam-zh'] });
  const { models } = await evaluationReport(ctx('auditor'), evaluation);
  expect(models.base?.sets.map((set) => set.contamination)).toEqual([null, null]);
  expect(models.sft?.sets.map((set) => set.contamination)).toEqual([
    { releases: ['r1'], questions: 1 },
    { releases: ['r1'], questions: 0 },
  ]);
});

test('an unknown set, model or endpoint is refused before anything is enqueued', async () => {
  const ref = await model();
  await expect(start({ targets: [{ name: 'base', ref }], sets: ['nowhere'] })).rejects.toThrow(/nowhere.*exam-en/);
  await expect(start({ targets: [{ name: 'base', ref: 'model:nobody' }] })).rejects.toMatchObject({
    code: 'not_found',
  });
  await expect(start({ targets: [{ name: 'base', ref: 'endpoint:nobody' }] })).rejects.toMatchObject({
    code: 'not_found',
  });
  const twice = { name: 'base', ref };
  expect(StartEvaluation.safeParse({ targets: [twice, twice] }).success).toBe(false);
});

test('engineers start, those who must judge the figures read, and nobody else does either', async () => {
  const ref = await model();
  const input = StartEvaluation.parse({ targets: [{ name: 'base', ref }], sets: ['exam-en'], limit: 1 });
  for (const role of ['reviewer', 'auditor', 'steward', 'release-approver', 'admin'] as const)
    await expect(startEvaluation(ctx(role), input)).rejects.toMatchObject({ code: 'forbidden' });
  const evaluation = await evaluate(input);
  for (const role of ['engineer', 'auditor', 'steward', 'release-approver', 'red-teamer'] as const)
    expect((await evaluationReport(ctx(role), evaluation)).complete).toBe(true);
  for (const role of ['reviewer', 'admin', 'panel-member'] as const)
    await expect(evaluationReport(ctx(role), evaluation)).rejects.toMatchObject({ code: 'forbidden' });
});

test('five orders and two repeats are ten replies of one question, with letters of the source and seeds of their own', async () => {
  // whoever always says A is right when the right option stands first
  reply = () => 'Answer: A';
  const targets = [{ name: 'base', ref: await model() }];
  const evaluation = await evaluate({ targets, sets: ['exam-en'], limit: 3, orders: 4, repeats: 2 });
  expect(server.requests).toHaveLength(24);
  expect(new Set(server.requests.map((request) => request.seed))).toEqual(new Set([1, 2]));
  expect(new Set(server.requests.map((request) => request.messages.at(-1)?.content)).size).toBe(12);
  const items = await allItems(evaluation, 'base');
  expect(items.slice(0, 8).map((item) => [item.variant, item.answer])).toEqual(
    ['A', 'A', 'B', 'B', 'C', 'C', 'D', 'D'].map((letter, variant) => [variant, letter]),
  );
  const [set] = (await evaluationReport(ctx('auditor'), evaluation)).models.base?.sets ?? [];
  expect(set).toMatchObject({ correct: 6, n: 24, rate: 0.25, missing: 0 });
  expect(set?.variants).toMatchObject({
    variants: 8,
    questions: 3,
    unit: 'line',
    perItem: { k: 0, n: 3 },
    allOrders: { k: 0, n: 3 },
  });
});

test('solved examples come from another set, stand before the question as turns, and are never asked themselves', async () => {
  const targets = [{ name: 'base', ref: await model() }];
  const examples = { set: 'exam-zh', shots: 2 };
  await expect(start({ targets, sets: ['exam-en'], examples })).rejects.toThrow(/exam-zh.*0 questions.*language/);
  await expect(start({ targets, sets: ['exam-en', 'exam-zh'], examples })).rejects.toThrow(
    /which this evaluation asks/,
  );
  await store(true, [
    question('shots-en', 501),
    question('shots-en', 502),
    { ...question('exam-en', 3), id: 'shot-3', set: 'shots-en' },
  ]);
  await evaluate({ targets, sets: ['exam-en'], examples: { set: 'shots-en', shots: 2 } });
  for (const { messages } of server.requests) {
    expect(messages.map((message) => message.role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user']);
    expect(messages[1]?.content).toBe('Answer: B');
    expect(messages[0]?.content).toMatch(/^Case 50[12] of shots-en/);
  }
});

test('a sealed set is used as often as its budget says and no more, and every use is an event', async () => {
  await store(true, [question('sealed-en', 1), question('sealed-en', 2)]);
  await expect(sealSet(ctx('engineer'), { set: 'sealed-en', budget: 2 })).rejects.toMatchObject({ code: 'forbidden' });
  await sealSet(ctx('steward'), { set: 'sealed-en', budget: 3 });
  await expect(sealSet(ctx('steward'), { set: 'sealed-en', budget: 9 })).rejects.toMatchObject({ code: 'conflict' });
  const targets = [
    { name: 'one', ref: await model() },
    { name: 'two', ref: await model() },
  ];
  const evaluation = await evaluate({ targets, sets: ['sealed-en'] });
  await expect(start({ targets, sets: ['sealed-en', 'exam-en'] })).rejects.toThrow(/2 of 3 submissions/);
  expect(await sealedSets(ctx('auditor'))).toMatchObject([{ set: 'sealed-en', budget: 3, used: 2 }]);
  const events = await history(ctx('auditor'), app.services.ledger.systemSubject);
  const uses = events.filter((event) => event.type === 'eval.submitted').map((event) => event.data);
  expect(uses).toMatchObject([
    { set: 'sealed-en', number: 1, budget: 3, evaluation, target: 'one' },
    { number: 2, target: 'two' },
  ]);
});

test('every figure says which of its questions the corpus holds: the same, with other letters, in near wording, translated', async () => {
  const vignette =
    'A man of 70 years with atrial fibrillation, a mechanical mitral valve and a raised creatinine is seen in clinic because he asks whether he may change his oral anticoagulant for a newer one.';
  const bench = (n: number, more: Partial<Question> = {}) => question('watched-en', n, more);
  await store(true, [
    bench(1),
    bench(2),
    bench(3, { text: `${vignette} What is the best advice now?` }),
    bench(4, { group: 'declared' }),
    bench(5),
  ]);
  const other = (n: number, id: string, more: Partial<Question> = {}) => ({ ...bench(n, more), id, set: 'corpus' });
  const turned = ['A', 'B', 'C', 'D'].map((label, index) => ({ label, text: `statement ${'BCDA'.charAt(index)}2` }));
  await store(false, [
    other(1, 'c-same'),
    other(2, 'c-turned', { options: turned, answer: ['A'] }),
    other(3, 'c-near', { text: `${vignette} What is the best advice today?` }),
    other(4, 'c-zh', { text: '以下哪项正确？', language: 'zh', group: 'declared' }),
  ]);
  const evaluation = await evaluate({ targets: [{ name: 'base', ref: await model() }], sets: ['watched-en'] });
  const [set] = (await evaluationReport(ctx('auditor'), evaluation)).models.base?.sets ?? [];
  expect(set?.overlap).toMatchObject({
    questions: { exact: 1, permuted: 1, near: 1, translated: 1 },
    released: { exact: 0, permuted: 0, near: 0, translated: 0 },
  });
  expect(set?.overlap?.compared).toBeGreaterThanOrEqual(4);
  const later = await evaluate({ targets: [{ name: 'base', ref: await model() }], sets: ['exam-zh'] });
  expect((await evaluationReport(ctx('auditor'), later)).models.base?.sets[0]?.overlap?.questions).toEqual({});
});
