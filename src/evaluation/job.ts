import { type Context, reader } from '../context/context.ts';
import type { JobControl } from '../jobs/schema.ts';
import { createGroup } from '../llm/calls/group.ts';
import type { ModelClient } from '../llm/models.ts';
import { targetClient } from '../registry/actions.ts';
import { completeEvaluation, recordAnswers } from './actions.ts';
import type { ExamQuestion } from './asking/exam.ts';
import { shownInOrder } from './asking/option-orders.ts';
import { planRequest } from './asking/plan-request.ts';
import { verdictOn } from './asking/verdict.ts';
import { judgeReplies } from './open-replies/job.ts';
import { checkOverlap } from './overlap/actions.ts';
import { isOpen, variantParts, variantsOf } from './plan.ts';
import { evaluationOf, progressOf, targetsOf } from './report-actions.ts';
import {
  type Answer,
  EvaluationJobInput,
  type EvaluationResult,
  type EvaluationSettings,
  SetPlan,
  type Target,
  type Verdict,
} from './schema.ts';
import { askedPage } from './store-items.ts';
import { readExamples, readPlans } from './store-plan.ts';

type AskedPage = Awaited<ReturnType<typeof askedPage>>;

const pageSize = 250;
/** Most replies that one statement stores; they are stored at once, and together only when they arrive together. */
const groupSize = 200;
/** How long a reply waits for others to be stored with; the next questions are asked meanwhile. */
const lingerMs = 15;

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
  await checkOverlap(ctx, id);
  await control.progress({ done, total, unit: 'replies' });
  const group = createGroup<Answer, undefined>(
    async (answers) => {
      await recordAnswers(ctx, id, answers);
      stored += answers.length;
      await control.progress({ done: stored, total, unit: 'replies' });
      return answers.map(() => undefined);
    },
    groupSize,
    lingerMs,
  );
  const plans = await readPlans(reader(ctx), id);
  const examples = await readExamples(reader(ctx), id);
  const store = (answer: Answer): Promise<undefined> => group.submit(answer);
  for (const target of targets) await askAll(ctx, { id, settings, target, plans, examples, store }, control.signal);
  await judgeReplies(ctx, { id, settings, plans }, control);
  await completeEvaluation(ctx, id);
  return { evaluation: id, targets: targets.length, questions };
}

type Asking = {
  id: string;
  settings: EvaluationSettings;
  target: Target;
  plans: ReadonlyMap<string, SetPlan>;
  examples: ReadonlyMap<string, ExamQuestion[]>;
  store(answer: Answer): Promise<undefined>;
};

type Item = { set: string; question: ExamQuestion; variant: number };

async function askAll(ctx: Context, asking: Asking, signal: AbortSignal): Promise<void> {
  const { id, target, plans } = asking;
  let client: ModelClient | undefined;
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  // Two pages at a time, so that the endpoint's places stay taken while the last replies of a page come in.
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> = running;
  try {
    for (let from: number | undefined = 0; from !== undefined; ) {
      const page: AskedPage = await askedPage(reader(ctx), { id, target: target.name, from, limit: pageSize });
      from = page.next;
      const items = page.questions.flatMap(({ set, question, given }) =>
        missingVariants(plans.get(set), given).map((variant) => ({ set, question, variant })),
      );
      if (items.length === 0) continue;
      client ??= await targetClient(ctx, pinned(target));
      running = next;
      next = client.each(items, answerer(ctx, asking, client, either), either);
      next.catch(() => undefined); // awaited in its turn, perhaps only after it failed
      await running;
    }
    await next;
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled([running, next]);
    throw error;
  }
}

function missingVariants(plan: SetPlan | undefined, given: ReadonlySet<number>): number[] {
  const all = Array.from({ length: plan === undefined ? 1 : variantsOf(plan) }, (_, variant) => variant);
  return all.filter((variant) => !given.has(variant));
}

/** A registered model is asked by its digest: what its name means was settled when the evaluation began. */
function pinned({ identity }: Target): string {
  return identity.kind === 'model' ? `model:${identity.digest}` : identity.ref;
}

/** Asks one variant of a question and stores the reply with its verdict. Answers keep the letters of the source. */
function answerer(
  ctx: Context,
  { id, settings, target, plans, examples, store }: Asking,
  client: ModelClient,
  signal: AbortSignal,
): (item: Item) => Promise<void> {
  return async ({ set, question: asked, variant }) => {
    const plan = plans.get(set) ?? SetPlan.parse({});
    const { order, repeat } = variantParts(plan, variant);
    const { question, source } = shownInOrder(asked, order);
    const shown = { question, settings, plan, repeat, examples: examples.get(set) ?? [] };
    const request = planRequest(ctx.profile, shown, client.model);
    const { key, reply } = await client.call(request, { purpose: 'evaluation', subject: id, signal });
    const verdict: Verdict = isOpen(plan)
      ? { state: 'open', rule: 'judged' }
      : inSourceLetters(verdictOn(question, settings.method, reply), source);
    await store({
      target: target.name,
      question: question.id,
      variant,
      ...verdict,
      reply: reply.content,
      finishReason: reply.finishReason,
      ...(reply.choiceLogProbs === undefined ? {} : { logProbs: reply.choiceLogProbs }),
      model: reply.model,
      callKey: key,
      answeredAt: ctx.clock.now().toISOString(),
    });
  };
}

/** The verdict with the source's letters; one that no option bears stays as it was written. */
function inSourceLetters(verdict: Verdict, source: ReadonlyMap<string, string>): Verdict {
  const { answer } = verdict;
  if (answer === undefined) return verdict;
  const letters = [...answer].map((letter) => source.get(letter) ?? letter);
  return { ...verdict, answer: letters.length > 1 ? letters.sort().join('') : letters.join('') };
}
