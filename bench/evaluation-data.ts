import { randomUUID } from 'node:crypto';
import { transact } from '../src/context/context.ts';
import type { Workspace } from '../src/context/workspace.ts';
import { storeQuestions } from '../src/corpus/actions.ts';
import type { Question } from '../src/corpus/schema.ts';
import { startEvaluation } from '../src/evaluation/actions.ts';
import { examRequest } from '../src/evaluation/asking/exam.ts';
import { EvaluationSettings, StartEvaluation } from '../src/evaluation/schema.ts';
import { loadProfile } from '../src/profile/load.ts';
import { shipped } from '../src/server/config.ts';
import { newWorkspace, openLedgerServices } from './ledger-workspace.ts';

const profile = loadProfile(shipped('profiles', 'medical'));
const options = ['Observation', 'Amoxicillin', 'Chest CT', 'Bronchoscopy'];

/** An invented question with four options; only the numbers in it differ from one to the next. */
export function benchQuestion(n: number): Question {
  const findings = 'Findings are as follows. '.repeat(n % 7);
  const labelled = options.map((text, index) => ({ label: 'ABCD'.charAt(index), text }));
  return {
    id: `bench-${String(n).padStart(6, '0')}`,
    dataset: 'bench',
    kind: 'knowledge',
    language: 'en',
    text: `Case ${n}: A ${20 + (n % 60)}-year-old patient presents with fever and cough for ${1 + (n % 9)} days. ${findings}Which is the best next step?`,
    options: labelled,
    answer: ['ABCD'.charAt(n % 4)],
    dimensions: [],
    source: { kind: 'other', citation: 'invented for a bench' },
    set: 'bench',
    flags: [],
    tags: {},
    provenance: { file: 'bench', row: n + 1 },
  };
}

/** How many of the first n questions the mock, which answers by the length of the prompt, gets right. */
export function expectedCorrect(n: number): number {
  let correct = 0;
  for (let i = 0; i < n; i++) {
    const question = benchQuestion(i);
    const { options: given = [] } = question;
    const request = examRequest(profile, { ...question, options: given }, EvaluationSettings.parse({}), 'mock');
    const length = request.messages.at(-1)?.content.length ?? 0;
    if (question.answer.includes('ABCD'.charAt(length % 4))) correct++;
  }
  return correct;
}

/** A new workspace with so many questions and the mock as its endpoint. */
export async function prepare(wanted: {
  questions: number;
  concurrency: number;
  baseUrl: string;
  server: string | undefined;
}): Promise<Workspace> {
  const { questions, concurrency, baseUrl, server } = wanted;
  const workspace = await newWorkspace(server, { mock: { type: 'openai', baseUrl, model: 'mock', concurrency } });
  const services = await openLedgerServices(workspace);
  const ctx = services.contextFor({ id: 'bench', name: 'Bench', roles: ['engineer'] });
  const pass = { importId: randomUUID(), benchmark: true, met: new Map<string, string | undefined>() };
  for (let from = 0; from < questions; from += 1000) {
    const batch = Array.from({ length: Math.min(1000, questions - from) }, (_, i) => benchQuestion(from + i));
    await transact(ctx, (ctx) => storeQuestions(ctx, pass, batch));
  }
  await services.close();
  return workspace;
}

/** A new evaluation of all questions of a workspace, not yet run. */
export async function evaluationOf(workspace: Workspace): Promise<string> {
  const services = await openLedgerServices(workspace);
  const ctx = services.contextFor({ id: 'bench', name: 'Bench', roles: ['engineer'] });
  const input = StartEvaluation.parse({ targets: [{ name: 'mock', ref: 'endpoint:mock' }] });
  const { evaluation } = await startEvaluation(ctx, input);
  await services.close();
  return evaluation;
}
