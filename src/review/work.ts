import { ownAssignment } from '../assignment/actions.ts';
import type { Held } from '../assignment/held.ts';
import type { Assignment } from '../assignment/schema.ts';
import { type Context, reader } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import type { Question } from '../corpus/schema.ts';
import { getInstance } from '../generation/actions.ts';
import type { TraceRecord } from '../generation/schema.ts';
import { currentGuidelineVersion } from '../guideline/actions.ts';
import { criteriaFor, rubricFor } from '../profile/rubric.ts';
import type { Profile, QuestionKind } from '../profile/schema.ts';
import { wellFormed } from './actions.ts';
import { WorkItem } from './draft-schema.ts';
import { latestDraft, latestSubmission } from './draft-store.ts';

/** Everything the review screen needs for one of the actor's own assignments. */
export async function workItem(ctx: Context, id: string): Promise<WorkItem> {
  const assignment = await ownAssignment(ctx, id);
  const draft = await latestDraft(reader(ctx), id);
  const submission = await latestSubmission(reader(ctx), assignment);
  const guidelineVersion = await currentGuidelineVersion(ctx);
  return {
    assignment,
    ...(await subjectOf(ctx, assignment)),
    severities: ctx.profile.severities,
    minimumScore: ctx.profile.policy.gate.minimumScore,
    ...(guidelineVersion === undefined ? {} : { guidelineVersion }),
    ...(draft === undefined ? {} : { draft }),
    ...(submission === undefined ? {} : { submission }),
  };
}

/** What there is to judge: an instance's round or, looking just like one, a hidden gold item. */
async function subjectOf(ctx: Context, assignment: Held): Promise<Judged> {
  if (assignment.gold === undefined) {
    const { question, traces } = await getInstance(ctx, assignment.instance);
    return judged(ctx, question, traceOf(traces, assignment));
  }
  const { question, trace } = await ctx.gold.content(ctx, assignment.gold);
  return {
    question: WorkItem.shape.question.parse(question),
    trace: { id: assignment.gold, ...trace },
    ...rubricShown(ctx.profile, assignment.kind),
  };
}

type Judged = Pick<WorkItem, 'question' | 'trace' | 'rubric' | 'reasons'>;

/** A question, a trace and the rubric by which it is judged, as the screens show them. */
export function judged(ctx: Context, question: Question, record: TraceRecord): Judged {
  const { steps, answer } = wellFormed(record);
  const optional = {
    ...(question.reference === undefined ? {} : { reference: question.reference }),
    ...(question.explanation === undefined ? {} : { explanation: question.explanation }),
    ...(question.specialty === undefined ? {} : { specialty: question.specialty }),
  };
  return {
    question: {
      id: question.id,
      kind: question.kind,
      language: question.language,
      text: question.text,
      context: question.context ?? [],
      options: question.options ?? [],
      answer: question.answer,
      ...optional,
      dimensions: question.dimensions,
      citation: question.source.citation,
    },
    trace: { id: record.id, sha256: record.sha256, steps, answer },
    ...rubricShown(ctx.profile, question.kind),
  };
}

function rubricShown(profile: Profile, kind: QuestionKind): Pick<WorkItem, 'rubric' | 'reasons'> {
  const { track, version, name, dimensions } = rubricFor(profile, kind);
  return {
    rubric: {
      track,
      version,
      name,
      criteria: criteriaFor(profile, kind).map(({ id, name, veto, anchors }) => ({ id, name, veto, anchors })),
      dimensions: dimensions ? profile.dimensions : [],
    },
    reasons: profile.reasons,
  };
}

function traceOf(traces: TraceRecord[], { instance, round }: Assignment): TraceRecord {
  const trace = traces.find((one) => one.round === round);
  if (trace === undefined) throw new AppError('internal', `The instance ${instance} has no trace of round ${round}.`);
  return trace;
}
