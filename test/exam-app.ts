import { randomUUID } from 'node:crypto';
import type { Role } from '../src/context/actor.ts';
import { type Context, transact } from '../src/context/context.ts';
import { sha256Hex } from '../src/core/hash.ts';
import { storeQuestions } from '../src/corpus/actions.ts';
import type { Question } from '../src/corpus/schema.ts';
import { startEvaluation } from '../src/evaluation/actions.ts';
import { runEvaluation } from '../src/evaluation/job.ts';
import { listItems } from '../src/evaluation/report-actions.ts';
import { type EvaluationItem, StartEvaluation } from '../src/evaluation/schema.ts';
import type { JobControl } from '../src/jobs/schema.ts';
import { registerModel } from '../src/registry/actions.ts';
import type { RegisterInput } from '../src/registry/schema.ts';
import { openTestApp, type TestApp } from './app.ts';
import { type FakeOpenAi, type FakeStep, startFakeOpenAi, type WireRequest } from './fake-openai.ts';

/** Questions of each of the two exam sets. */
export const perSet = 30;

/** An application with exam sets and a server that stands for every model, of which a test says how it replies. */
export type Exam = { app: TestApp; server: FakeOpenAi; reply: (request: WireRequest, n: number) => FakeStep };

let opened: Exam | undefined;
let served = 0;

function open(): Exam {
  if (opened === undefined) throw new Error('openExam was not called');
  return opened;
}

export async function openExam(): Promise<Exam> {
  const server = await startFakeOpenAi({ reply: (request, n) => open().reply(request, n) });
  opened = { app: await openTestApp(), server, reply: () => 'Answer: B' };
  const numbers = Array.from({ length: perSet }, (_, n) => n);
  await store(
    true,
    numbers.flatMap((n) => [question('exam-en', n), question('exam-zh', n)]),
  );
  return opened;
}

export async function closeExam(): Promise<void> {
  await open().app.close();
  await open().server.close();
}

export const ctx = (...roles: Role[]): Context =>
  open().app.services.contextFor({ id: 'somebody', name: 'Somebody', roles });

/** Question number n of a set; its right option is B. */
export function question(set: string, n: number, more: Partial<Question> = {}): Question {
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

export async function store(benchmark: boolean, questions: Question[]): Promise<void> {
  await transact(ctx('engineer'), (ctx) =>
    storeQuestions(ctx, { importId: randomUUID(), benchmark: benchmark, met: new Map() }, questions),
  );
}

/** A registered model behind the fake server; every call makes another one, so that no reply is in the records yet. */
export async function model(more: Partial<RegisterInput> = {}): Promise<string> {
  const name = `m-${served++}`;
  await registerModel(ctx('engineer'), {
    name,
    kind: 'base',
    files: [{ path: name, sha256: sha256Hex(name) }],
    endpoint: {
      type: 'openai',
      baseUrl: open().server.baseUrl,
      model: name,
      concurrency: 4,
      timeoutMs: 5000,
      maxRetries: 0,
    },
    ...more,
  });
  return `model:${name}`;
}

export const control = (signal: AbortSignal = new AbortController().signal): JobControl => ({
  runId: randomUUID(),
  progress: async () => undefined,
  signal,
});

export async function start(input: unknown): Promise<string> {
  return (await startEvaluation(ctx('engineer'), StartEvaluation.parse(input))).evaluation;
}

export async function evaluate(input: unknown): Promise<string> {
  const evaluation = await start(input);
  await runEvaluation(ctx('engineer'), { evaluation }, control());
  return evaluation;
}

export const caseOf = (request: WireRequest): number =>
  Number(
    /Case (\d+)|第(\d+)题/
      .exec(request.messages.at(-1)?.content ?? '')
      ?.slice(1)
      .find(Boolean),
  );

export async function allItems(evaluation: string, target: string): Promise<EvaluationItem[]> {
  const items: EvaluationItem[] = [];
  for (let from: number | undefined = 0; from !== undefined; ) {
    const page = await listItems(ctx('auditor'), evaluation, { target, from, limit: 7 });
    items.push(...page.items);
    from = page.next;
  }
  return items;
}
