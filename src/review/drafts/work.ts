import { ownAssignment } from '../../assignment/actions.ts';
import type { Held } from '../../assignment/held.ts';
import { type Context, reader } from '../../context/context.ts';
import type { Question } from '../../corpus/schema.ts';
import { getInstance, traceOfRound } from '../../generation/actions.ts';
import type { TraceRecord } from '../../generation/schema.ts';
import { currentGuidelineVersion } from '../../guideline/actions.ts';
import { criteriaFor, rubricFor } from '../../profile/rubric.ts';
import type { Profile, QuestionKind } from '../../profile/schema.ts';
import { wellFormed } from '../actions.ts';
import { WorkItem } from './schema.ts';
import { latestDraft, latestSubmission } from './store.ts';

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
export async function subjectOf(ctx: Context, assignment: Held): Promise<Judged> {
  if (assignment.gold === undefined) {
    const detail = await getInstance(ctx, assignment.instance);
    return judged(ctx, detail.question, traceOfRound(detail, assignment.round));
  }
  const { question, trace } = await ctx.gold.content(ctx, assignment.gold);
  return {
    question: WorkItem.shape.question.parse(question),
    trace,
    ...rubricShown(ctx.profile, assignment.kind),
  };
}

type Judged = Pick<WorkItem, 'question' | 'trace' | 'rubric' | 'reasons'>;

/** A question, a trace and the rubric by which it is judged, as the screens show them. */
export function judged(ctx: Context, question: Question, record: TraceRecord): Judged {
  const { steps, answer } = wellFormed(record);
  return {
    question: shownQuestion(question),
    trace: { sha256: record.sha256, steps, answer },
    ...rubricShown(ctx.profile, question.kind),
  };
}

/** A question of the corpus in the form in which people are shown it. */
export function shownQuestion(question: Question): WorkItem['question'] {
  const { id, kind, language, text, answer, reference, explanation, specialty, dimensions } = question;
  return {
    id,
    kind,
    language,
    text,
    context: question.context ?? [],
    options: question.options ?? [],
    answer,
    ...(reference === undefined ? {} : { reference }),
    ...(explanation === undefined ? {} : { explanation }),
    ...(specialty === undefined ? {} : { specialty }),
    dimensions,
    citation: question.source.citation,
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
