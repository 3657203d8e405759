import type { Context } from '../context/context.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { sha256Hex } from '../core/hash.ts';
import type { JobControl } from '../jobs/schema.ts';
import { feedbackFor, getInstance, instancePage, openInstances, recordTrace } from './actions.ts';
import { generationRequest } from './prompt.ts';
import { GenerateInput, type GenerateResult, type Instance } from './schema.ts';

/**
 * Writes one trace for every instance that waits for one. Resumable: an instance leaves the queue in the transaction
 * that records its trace, and the model client answers a repeated request from its records.
 */
export async function runGeneration(ctx: Context, rawInput: unknown, control: JobControl): Promise<GenerateResult> {
  const input = GenerateInput.parse(rawInput);
  const client = await ctx.models.client(input.endpoint);
  await openInstances(ctx, input);
  const waiting = await waitingInstances(ctx, input);
  const result: GenerateResult = { generated: 0, malformed: 0, answerDiffers: 0, escalated: 0 };
  let done = 0;
  const one = async (instance: Instance): Promise<void> => {
    const { question } = await getInstance(ctx, instance.id);
    const feedback = await feedbackFor(ctx, instance);
    const request = generationRequest(ctx.profile, client.model, question, { feedback, seed: input.seed });
    const call = await client.call(request, { purpose: 'generation', subject: instance.id, signal: control.signal });
    const trace = await recordTrace(ctx, instance.id, instance.round + 1, {
      text: call.reply.content,
      endpoint: input.endpoint,
      model: call.reply.model,
      promptSha256: sha256Hex(canonicalJson(request.messages)),
      callKey: call.key,
      batch: control.runId,
    });
    if (trace !== undefined) {
      result.generated++;
      if (!trace.wellFormed) result.malformed++;
      if (trace.answerState === 'differs') result.answerDiffers++;
    }
    done++;
    await control.progress({ done, total: waiting.length, unit: 'traces' });
  };
  await control.progress({ done, total: waiting.length, unit: 'traces' });
  await client.each(waiting, one, control.signal);
  return result;
}

async function waitingInstances(ctx: Context, input: GenerateInput): Promise<Instance[]> {
  const waiting: Instance[] = [];
  for (let after: string | undefined; ; ) {
    const page = await instancePage(ctx, {
      state: 'generating',
      limit: 1000,
      ...(after === undefined ? {} : { after }),
    });
    for (const instance of page) {
      if (input.kinds !== undefined && !input.kinds.includes(instance.kind)) continue;
      if (input.limit !== undefined && waiting.length >= input.limit) return waiting;
      waiting.push(instance);
    }
    after = page.at(-1)?.id;
    if (page.length < 1000) return waiting;
  }
}
