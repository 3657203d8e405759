import { type Context, reader } from '../context/context.ts';
import type { JobControl } from '../jobs/schema.ts';
import { createGroup } from '../llm/group.ts';
import type { ModelClient } from '../llm/models.ts';
import { targetClient } from '../registry/actions.ts';
import { completeEvaluation, recordAnswers } from './actions.ts';
import { type ExamQuestion, examRequest } from './exam.ts';
import { evaluationOf, progressOf, targetsOf } from './report-actions.ts';
import {
  type Answer,
  EvaluationJobInput,
  type EvaluationResult,
  type EvaluationSettings,
  type Target,
} from './schema.ts';
import { openQuestions } from './store.ts';
import { verdictOn } from './verdict.ts';

const pageSize = 1000;
/** Most replies that one statement stores; they are stored at once, and together only when they arrive together. */
const groupSize = 200;

/**
 * Asks every target every question that it has not answered. Resumable: a reply is stored with its verdict before it
 * counts, and the model client answers a repeated request from its records.
 */
export async function runEvaluation(ctx: Context, rawInput: unknown, control: JobControl): Promise<EvaluationResult> {
  const { evaluation: id } = EvaluationJobInput.parse(rawInput);
  const { settings } = await evaluationOf(ctx, id);
  const targets = await targetsOf(ctx, id);
  const { done, total, questions } = await progressOf(ctx, id);
  let stored = done;
  await control.progress({ done, total, unit: 'replies' });
  const group = createGroup<Answer, undefined>(async (answers) => {
    await recordAnswers(ctx, id, answers);
    stored += answers.length;
    await control.progress({ done: stored, total, unit: 'replies' });
    return answers.map(() => undefined);
  }, groupSize);
  for (const target of targets)
    await askAll(ctx, { id, settings, target, store: (answer) => group.submit(answer) }, control.signal);
  await completeEvaluation(ctx, id);
  return { evaluation: id, targets: targets.length, questions };
}

type Asking = {
  id: string;
  settings: EvaluationSettings;
  target: Target;
  store(answer: Answer): Promise<undefined>;
};

async function askAll(ctx: Context, asking: Asking, signal: AbortSignal): Promise<void> {
  const { id, target } = asking;
  let client: ModelClient | undefined;
  for (let from = 0; ; ) {
    const page = await openQuestions(reader(ctx), { id, target: target.name, from, limit: pageSize });
    const last = page.at(-1);
    if (last === undefined) return;
    client ??= await targetClient(ctx, pinned(target));
    const one = answerer(ctx, asking, client, signal);
    await client.each(page, ({ question }) => one(question), signal);
    from = last.position + 1;
  }
}

/** A registered model is asked by its digest: what its name means was settled when the evaluation began. */
function pinned({ identity }: Target): string {
  return identity.kind === 'model' ? `model:${identity.digest}` : identity.ref;
}

/** Asks one question and stores the reply with its verdict. */
function answerer(
  ctx: Context,
  { id, settings, target, store }: Asking,
  client: ModelClient,
  signal: AbortSignal,
): (question: ExamQuestion) => Promise<void> {
  return async (question) => {
    const request = examRequest(ctx.profile, question, settings, client.model);
    const { key, reply } = await client.call(request, { purpose: 'evaluation', subject: id, signal });
    await store({
      target: target.name,
      question: question.id,
      ...verdictOn(question, settings.method, reply),
      reply: reply.content,
      finishReason: reply.finishReason,
      ...(reply.choiceLogProbs === undefined ? {} : { logProbs: reply.choiceLogProbs }),
      model: reply.model,
      callKey: key,
      answeredAt: ctx.clock.now().toISOString(),
    });
  };
}
