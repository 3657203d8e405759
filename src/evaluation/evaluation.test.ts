import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  allItems,
  caseOf,
  closeExam,
  control,
  ctx,
  type Exam,
  evaluate,
  model,
  openExam,
  perSet,
  question,
  start,
  store,
} from '../../test/exam-app.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { sha256Hex } from '../core/hash.ts';
import type { Database } from '../db/database.ts';
import { history } from '../ledger/history.ts';
import { startEvaluation } from './actions.ts';
import { compareTargets } from './comparisons/actions.ts';
import { runEvaluation } from './job.ts';
import { evaluationReport } from './report-actions.ts';
import { StartEvaluation } from './schema.ts';

let exam: Exam;

beforeAll(async () => {
  exam = await openExam();
  const { options: _, ...bare } = question('odd', 4, { answer: [], reference: 'free text' });
  await store(true, [
    question('odd', 1),
    question('odd', 2, { answer: [] }),
    question('odd', 3, { answer: ['A', 'B'] }),
    bare,
  ]);
  await store(false, [question('train', 1), { ...question('exam-en', 3), id: 'same-as-exam-3', set: 'train' }]);
});

beforeEach(() => {
  exam.server.reset();
  exam.reply = () => 'Answer: B';
});

afterAll(closeExam);

test('each reply becomes one verdict with its rule, and the report counts them in all states', async () => {
  exam.reply = (request) => {
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
  expect(exam.server.requests).toHaveLength(1);
  const [request] = exam.server.requests;
  expect(request).toMatchObject({ temperature: 0, seed: 7, max_tokens: 33 });
  expect(request?.messages.map((message) => message.role)).toEqual(['system', 'user']);
  expect(request?.messages.at(-1)?.content).toMatch(/第\d+题[\s\S]*A\. statement[\s\S]*答案：X/);
});

test('stopped in the middle and run again, no question is asked twice and the totals are exact', async () => {
  const abort = new AbortController();
  exam.reply = (_, n) => {
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
  exam.reply = (request) => {
    const zh = request.messages.at(-1)?.content.startsWith('第') === true;
    again.push(`${request.model} ${zh ? 'exam-zh' : 'exam-en'}-${String(caseOf(request)).padStart(3, '0')}`);
    return 'Answer: B';
  };
  await runEvaluation(ctx('engineer'), { evaluation }, control());
  const one = targets[0]?.ref.slice('model:'.length);
  expect(again.filter((asked) => stored.has(asked.replace(`${one} `, '')))).toEqual([]);
  // Only what was on its way when the job stopped can be sent twice: no more than the four at a time.
  expect(new Set(again).size).toBeGreaterThanOrEqual(120 - answered - 4);
  expect(exam.server.requests.length).toBeLessThanOrEqual(120 + 4);
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
  const { db } = exam.app.services;
  let left = 1;
  const dying: Database = {
    ...db,
    query: (sql, params) =>
      sql.includes('INSERT INTO evaluation_answer') && left-- <= 0
        ? Promise.reject(new Error('the process died here'))
        : db.query(sql, params),
  };
  await expect(runEvaluation({ ...ctx('engineer'), db: dying }, { evaluation }, control())).rejects.toThrow('died');
  const lost = exam.server.requests.length;
  expect(lost).toBeGreaterThan(0);
  await runEvaluation(ctx('engineer'), { evaluation }, control());
  expect(exam.server.requests).toHaveLength(perSet);
  const asked = exam.server.requests.map((request) => request.messages.at(-1)?.content);
  expect(new Set(asked).size).toBe(perSet);
  expect((await evaluationReport(ctx('auditor'), evaluation)).models.base?.sets[0]).toMatchObject({
    n: perSet,
    correct: perSet,
  });
});

test('a complete evaluation run once more asks nothing and records no second event', async () => {
  const evaluation = await evaluate({ targets: [{ name: 'base', ref: await model() }], sets: ['exam-en'] });
  const asked = exam.server.requests.length;
  await runEvaluation(ctx('engineer'), { evaluation }, control());
  expect(exam.server.requests).toHaveLength(asked);
  const events = await history(ctx('auditor'), exam.app.services.ledger.systemSubject);
  expect(events.filter((event) => event.data.evaluation === evaluation)).toHaveLength(1);
});

test('the event commits to the rows: its digest can be computed from the pages of items', async () => {
  const ref = await model();
  const evaluation = await evaluate({ targets: [{ name: 'base', ref }], sets: ['exam-en', 'exam-zh'] });
  const events = await history(ctx('auditor'), exam.app.services.ledger.systemSubject);
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
  exam.reply = (request) => {
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
  expect(exam.server.requests[0]).toMatchObject({ logprobs: true, max_tokens: 1 });
  const [item] = await allItems(evaluation, 'base');
  expect(item?.logProbs).toMatchObject({ B: expect.closeTo(-0.2, 6), A: expect.closeTo(-2, 6) });
});

test('two targets are compared on the same questions, flip by flip', async () => {
  exam.reply = (request) => {
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
  expect(exam.server.requests).toHaveLength(1);
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
