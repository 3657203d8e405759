import { z } from 'zod';
import type { CallOptions, ModelClient } from '../llm/models.ts';
import type { ResponseFormat } from '../llm/schema.ts';
import type { JudgeCall, JudgeScore, JudgeTask } from './judge.ts';

/** Scores all tasks with the endpoint's concurrency, in order. The first failure stops what has not begun. */
export async function scoreEach(
  client: Pick<ModelClient, 'each'>,
  tasks: readonly JudgeTask[],
  call: JudgeCall,
  scoreOne: (task: JudgeTask, call: JudgeCall) => Promise<JudgeScore>,
): Promise<JudgeScore[]> {
  const scores: (JudgeScore | undefined)[] = tasks.map(() => undefined);
  await client.each(
    [...tasks.entries()],
    async ([index, task]) => {
      scores[index] = await scoreOne(task, call);
    },
    call.signal,
  );
  return scores.map((score) => score ?? { score: null, reason: 'not judged', members: [] });
}

/** Why a call is made, for its record. */
export function callOptions(task: JudgeTask, call: JudgeCall): CallOptions {
  const { purpose, subject, signal, budget } = call;
  return {
    purpose,
    ...(subject === undefined ? {} : { subject: subject(task) }),
    ...(signal === undefined ? {} : { signal }),
    ...(budget === undefined ? {} : { budget }),
  };
}

/** The JSON Schema of a judge's reply, for endpoints that can hold a model to one. */
export function jsonFormat(name: string, schema: z.ZodType): ResponseFormat {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7' });
  return { type: 'json_schema', name, schema: JSON.parse(JSON.stringify(rest)) };
}
