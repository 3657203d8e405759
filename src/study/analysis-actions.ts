import { type Context, reader } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { type StudyState, studyForReaders } from './access.ts';
import { agreementOf } from './agreement.ts';
import { blindingOf, figuresOf } from './analysis.ts';
import { type ConductInput, conductOf } from './conduct.ts';
import { totalRange } from './design.ts';
import { flowOf } from './flow.ts';
import { planOf, powerText } from './plan.ts';
import { precisionOf } from './precision.ts';
import { progressOf } from './progress.ts';
import type { StudyAnalysis } from './report-schema.ts';
import { ClosedData, OpenedData, RegisteredData, type StudyPlan } from './schema.ts';
import { armScores, type CountedRating, countRatings } from './scores.ts';
import { alteredRows, signedEvents } from './signed-rows.ts';
import { readAmendments, readResponses, type StoredResponse, storedDigest } from './store.ts';
import { readGuesses, readRatings } from './store-rating.ts';

/** A closed study with everything that its analysis and exports are made from. */
export type StudyData = { state: StudyState; responses: StoredResponse[]; ratings: CountedRating[] };

/** The data of a closed study; `conflict` before, for everybody: who looks at results early decides when to stop. */
export async function closedStudy(ctx: Context, id: string): Promise<StudyData> {
  const state = await studyForReaders(ctx, id);
  if (state.steps.closed === undefined)
    throw new AppError(
      'conflict',
      `The study ${id} is not closed. Results are computed afterwards only, for everybody: "safemed study close ${id}".`,
    );
  const responses = await readResponses(reader(ctx), id);
  const ratings = countRatings(state.sealed, responses, await readRatings(reader(ctx), id));
  return { state, responses, ratings };
}

/** The analysis of a closed study, as registered, computed from its rows. */
export async function analyseStudy(ctx: Context, id: string): Promise<StudyAnalysis> {
  return analysisOf(ctx, await closedStudy(ctx, id));
}

/** The analysis of data that was read before. */
export async function analysisOf(ctx: Context, data: StudyData): Promise<StudyAnalysis> {
  const { state, ratings } = data;
  const { sealed, steps, id } = state;
  const { design, axes } = sealed;
  const plan = planOf(sealed);
  const figures = figuresOf(sealed, ratings, plan);
  const scored = armScores(design, ratings, design.registration.outcome);
  const { closed } = steps;
  if (closed === undefined) throw new AppError('internal', `The study ${id} is not closed.`);
  const { signature } = ClosedData.parse(closed.data);
  return {
    study: { id, title: design.title, illustrative: design.illustrative, digest: state.digest },
    closed: {
      by: closed.by,
      at: closed.at,
      eventSeq: closed.eventSeq,
      ...(signature === undefined ? {} : { signature }),
    },
    scale: { axes: axes.map((axis) => axis.id), ...totalRange(axes) },
    flow: flowOf(sealed, ratings, await progressOf(reader(ctx), id, design)),
    agreement: agreementOf(sealed, ratings),
    ...figures,
    power: { planned: plan.claims, after: precisionOf(design, scored, figures.primary) },
    blinding: blindingOf(sealed, ratings, await readGuesses(reader(ctx), id)),
    conduct: conductOf(await conductInput(ctx, data, figures.primary.n)),
    refused: plan.refused.filter((text) => !text.startsWith('primary:')),
    notes: notesOf(plan, RegisteredData.parse(steps.registered?.data ?? {}).lowPower),
  };
}

async function conductInput(
  ctx: Context,
  { state, responses, ratings }: StudyData,
  primaryN: number,
): Promise<ConductInput> {
  const { registered, opened, closed } = state.steps;
  if (registered === undefined || opened === undefined || closed === undefined)
    throw new AppError('internal', `The study ${state.id} was closed without its earlier steps.`);
  const [seal] = (await signedEvents(ctx, 'study.registered', state.id)).filter(
    ({ seq }) => seq === registered.eventSeq,
  );
  const digest = seal?.data.digest;
  return {
    sealed: state.sealed,
    digest: (await storedDigest(reader(ctx), state.id)) ?? '',
    sealedDigest: typeof digest === 'string' ? digest : undefined,
    altered: await alteredRows(ctx, state.id, { responses, opened, closed }),
    registered,
    opened: { ...opened, ...OpenedData.parse(opened.data) },
    closed: { ...closed, ...ClosedData.parse(closed.data) },
    amendments: await readAmendments(reader(ctx), state.id),
    ratings,
    responses,
    primaryN,
  };
}

function notesOf({ claims, warnings }: StudyPlan, lowPower: string | undefined): string[] {
  const power = claims.find((one) => one.primary)?.power ?? null;
  const weak =
    lowPower === undefined
      ? []
      : [
          `The primary claim was registered although its power was ${power === null ? 'unknown' : powerText(power)} (${lowPower}). A difference found nevertheless is likely too large, and none found says little.`,
        ];
  return [
    ...weak,
    'A vignette is the unit: scores are means over raters, then over the people of an arm. What is found holds for vignettes like these, rated by raters like these.',
    'One test and one interval were registered and decide the primary contrast. All other figures are context; choosing among them afterwards is a second chance.',
    ...warnings,
  ];
}
