import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { requireRole } from '../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { sha256Hex } from '../core/hash.ts';
import { parseTrace } from '../core/trace.ts';
import { getQuestion, questionDigest } from '../corpus/actions.ts';
import type { Question } from '../corpus/schema.ts';
import { appendEvent } from '../ledger/actions.ts';
import { deleteCallsFor } from '../llm/calls/call-store.ts';
import { answerState } from './answer.ts';
import type { GenerateInput, GenerationStatus, Instance, InstanceState, TraceRecord } from './schema.ts';
import {
  beginRound,
  deleteInstance,
  insertInstance,
  insertStrike,
  insertTrace,
  instanceOfQuestion,
  instancesOfBatch,
  listInstances,
  lockInstance,
  questionsWithoutInstance,
  readInstance,
  readStatus,
  readStrikes,
  readTraces,
  updateInstance,
} from './store.ts';
import { stratumOf } from './stratum.ts';
import { strike } from './strike.ts';

/** Enqueues the writing of traces for all questions that wait for one. */
export async function startGeneration(ctx: Context, input: GenerateInput): Promise<{ job: string }> {
  requireRole(ctx.actor, 'engineer');
  ctx.models.require(input.endpoint);
  return transact(ctx, async (ctx) => ({ job: await ctx.jobs.enqueueOnce(ctx.tx, 'generation', input, ctx.actor.id) }));
}

/** Opens instances for active questions that have none; returns how many were opened. */
export async function openInstances(ctx: Context, input: GenerateInput): Promise<number> {
  requireRole(ctx.actor, 'engineer');
  const waiting = await questionsWithoutInstance(reader(ctx), {
    dataset: input.dataset,
    kinds: input.kinds,
    limit: input.limit ?? 1_000_000,
  });
  for (const id of waiting) await transact(ctx, (ctx) => openInstance(ctx, id));
  return waiting.length;
}

async function openInstance(ctx: TxContext, questionId: string): Promise<void> {
  if ((await instanceOfQuestion(ctx.tx, questionId)) !== undefined) return;
  const question = await getQuestion(ctx, questionId);
  const place = stratumOf(ctx.profile.policy.review, question);
  const instance: Instance = {
    id: randomUUID(),
    questionId,
    kind: question.kind,
    language: question.language,
    state: 'generating',
    round: 0,
    strikes: 0,
    consecutiveStrikes: 0,
    overlap: place.reviewers,
    raised: false,
  };
  const author = question.tags.author;
  const routing = {
    dataset: question.dataset,
    ...(question.specialty === undefined ? {} : { specialty: question.specialty }),
    ...(author === undefined ? {} : { author }),
    priority: place.priority,
  };
  await insertInstance(ctx.tx, instance, routing, ctx.clock.now());
  await appendEvent(ctx, {
    subject: instance.id,
    type: 'case.imported',
    data: {
      question: questionId,
      dataset: question.dataset,
      sha256: questionDigest(question),
      kind: question.kind,
      language: question.language,
      dimensions: question.dimensions,
      ...(question.licence === undefined ? {} : { licence: question.licence }),
    },
  });
}

export type Generated = {
  text: string;
  endpoint: string;
  model: string;
  promptSha256: string;
  callKey: string;
  /** The run of the job that asked for it. */
  batch?: string;
};

/**
 * Records what the teacher wrote for the instance's next round. A malformed reply is a failed round of its own: no
 * reviewer is asked to read it. Returns the recorded trace, or undefined when the round was recorded before.
 */
export async function recordTrace(
  ctx: Context,
  instanceId: string,
  round: number,
  written: Generated,
): Promise<TraceRecord | undefined> {
  requireRole(ctx.actor, 'engineer');
  return transact(ctx, async (ctx) => {
    const instance = await lockInstance(ctx.tx, instanceId);
    if (instance === undefined) throw new AppError('not_found', `There is no instance ${instanceId}.`);
    if (instance.state !== 'generating' || instance.round !== round - 1) return undefined;
    const question = await getQuestion(ctx, instance.questionId);
    const parsed = parseTrace(written.text);
    const trace: TraceRecord = {
      id: randomUUID(),
      instanceId,
      round,
      ...written,
      sha256: sha256Hex(written.text),
      wellFormed: parsed.state === 'well-formed',
      ...(parsed.state === 'malformed' ? { malformedReason: parsed.reason } : {}),
      answerState: parsed.state === 'well-formed' ? answerState(question, parsed.trace.answer) : 'unread',
      createdAt: ctx.clock.now().toISOString(),
    };
    await insertTrace(ctx.tx, trace);
    const { reviewers } = stratumOf(ctx.profile.policy.review, question);
    await beginRound(ctx.tx, instanceId, round, reviewers, ctx.clock.now());
    const { id, instanceId: _, createdAt: __, ...recorded } = trace;
    await appendEvent(ctx, { subject: instanceId, type: 'generation.recorded', data: { trace: id, ...recorded } });
    if (parsed.state === 'malformed')
      await failRound(
        ctx,
        { ...instance, round },
        [`malformed: ${parsed.reason}`],
        [`The reply was not in the asked format: ${parsed.reason}.`],
      );
    return trace;
  });
}

/**
 * Counts a strike for the instance's round and sends it back to the teacher, or reports that the policy calls the panel
 * (the caller opens the case). `remarks` become the teacher's feedback.
 */
export async function failRound(
  ctx: TxContext,
  instance: Instance,
  reasons: string[],
  remarks: string[],
): Promise<{ escalate: boolean }> {
  const { escalate, ...counts } = strike(ctx.profile.policy.strikes, instance);
  const now = ctx.clock.now();
  await insertStrike(ctx.tx, { instanceId: instance.id, round: instance.round, reasons, remarks, at: now });
  await updateInstance(ctx.tx, instance.id, { ...counts, state: escalate ? 'panel' : 'generating' }, now);
  await appendEvent(ctx, {
    subject: instance.id,
    type: 'strike.recorded',
    data: { round: instance.round, reasons, ...counts },
  });
  return { escalate };
}

/** Moves an instance to another state; the caller has it locked and appends the event that says why. */
export async function moveInstance(
  ctx: TxContext,
  id: string,
  change: { state?: InstanceState; overlap?: number; raised?: boolean; consecutiveStrikes?: number },
): Promise<void> {
  await updateInstance(ctx.tx, id, change, ctx.clock.now());
}

/** The instance with its row locked until the transaction ends. */
export async function lockedInstance(ctx: TxContext, id: string): Promise<Instance> {
  const instance = await lockInstance(ctx.tx, id);
  if (instance === undefined) throw new AppError('not_found', `There is no instance ${id}.`);
  return instance;
}

export type InstanceDetail = { instance: Instance; question: Question; traces: TraceRecord[] };

export async function getInstance(ctx: Context, id: string): Promise<InstanceDetail> {
  const instance = await readInstance(reader(ctx), id);
  if (instance === undefined) throw new AppError('not_found', `There is no instance ${id}.`);
  return {
    instance,
    question: await getQuestion(ctx, instance.questionId),
    traces: await readTraces(reader(ctx), id),
  };
}

/** Ids of the instances in review that the same run of the teacher wrote, without the one given. */
export async function batchMates(ctx: Context, trace: TraceRecord): Promise<string[]> {
  return trace.batch === undefined ? [] : instancesOfBatch(reader(ctx), trace.batch, trace.instanceId);
}

/** What the teacher wrote in a round of an instance. */
export function traceOfRound(
  { instance, traces }: Pick<InstanceDetail, 'instance' | 'traces'>,
  round: number,
): TraceRecord {
  const trace = traces.find((one) => one.round === round);
  if (trace === undefined)
    throw new AppError('internal', `The instance ${instance.id} has no trace of round ${round}.`);
  return trace;
}

/** The instance of a question, or undefined when none was opened. */
export async function findInstance(ctx: Context, questionId: string): Promise<Instance | undefined> {
  return instanceOfQuestion(reader(ctx), questionId);
}

/** An instance by its id, or undefined. */
export async function instanceById(ctx: Context, id: string): Promise<Instance | undefined> {
  return z.uuid().safeParse(id).success ? readInstance(reader(ctx), id) : undefined;
}

export async function instancePage(
  ctx: Context,
  filter: { state?: InstanceState; after?: string; limit: number },
): Promise<Instance[]> {
  return listInstances(reader(ctx), filter);
}

/** What the reviewers said of the last failed round, for the teacher. */
export async function feedbackFor(
  ctx: Context,
  instance: Instance,
): Promise<{ attempt: string; remarks: string[] } | undefined> {
  const strikes = await readStrikes(reader(ctx), instance.id);
  const last = strikes.at(-1);
  if (last === undefined) return undefined;
  const traces = await readTraces(reader(ctx), instance.id);
  const attempt = traces.find((trace) => trace.round === last.round);
  return attempt === undefined ? undefined : { attempt: attempt.text, remarks: last.remarks };
}

/** The failed rounds of an instance, oldest first. */
export function strikesOf(ctx: Context, id: string): ReturnType<typeof readStrikes> {
  return readStrikes(reader(ctx), id);
}

export async function generationStatus(ctx: Context): Promise<GenerationStatus> {
  return readStatus(reader(ctx));
}

/** Deletes what generation holds of an erased instance, and the calls that were made for it. */
export async function eraseInstance(ctx: TxContext, id: string): Promise<void> {
  await deleteCallsFor(ctx.tx, id);
  await deleteInstance(ctx.tx, id);
}
