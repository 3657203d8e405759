import { requireRole } from '../context/actor.ts';
import { type Context, reader, type TxContext, transact } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { appendEvent, asJson } from '../ledger/actions.ts';
import { clinicians, notFound, unblinding } from './access.ts';
import type {
  GuessReceipt,
  RaterState,
  RaterStudies,
  RatingItem,
  RatingPage,
  RatingReceipt,
  SubmitGuesses,
  SubmitRating,
} from './rating-schema.ts';
import { ratedData } from './signed-rows.ts';
import * as store from './store.ts';
import {
  findRating,
  guessesOf,
  type ItemText,
  insertGuesses,
  insertRatings,
  nextItem,
  type RaterProgress,
  raterProgress,
  responseOfItem,
  type StoredRating,
  unguessedItems,
} from './store-rating.ts';
import { normaliseStyle } from './style.ts';

/** Throws `forbidden` for who is no clinician, and for a clinician who could read what is compared. */
function requireRater(ctx: Context): void {
  requireRole(ctx.actor, ...clinicians);
  const seeing = unblinding(ctx.actor);
  if (seeing.length > 0)
    throw new AppError(
      'forbidden',
      `${ctx.actor.name} may read studies (role ${seeing.join(', ')}), so the rating would not be blind. Rate with an account that is a clinician's only.`,
    );
}

function stateOf({ done, total, guesses }: RaterProgress, closed: boolean): RaterState {
  if (closed) return 'closed';
  if (done < total) return 'rate';
  return guesses < total ? 'guess' : 'done';
}

type Rated = { study: store.StudyRow; closed: boolean; progress: RaterProgress };

/** The study in which the actor rates; for anybody else there is none. */
async function ratedStudy(ctx: Context, id: string): Promise<Rated> {
  requireRater(ctx);
  const study = await store.readStudy(reader(ctx), id);
  const progress = await raterProgress(reader(ctx), id, ctx.actor.id);
  if (study === undefined || progress.total === 0) throw notFound(id);
  const closed = (await store.readSteps(reader(ctx), id)).closed !== undefined;
  return { study, closed, progress };
}

/** The studies in which the actor rates, under the titles that raters may see. */
export async function ownStudies(ctx: Context): Promise<RaterStudies> {
  requireRater(ctx);
  const studies: RaterStudies['studies'] = [];
  for (const { id } of await store.studiesOfRater(reader(ctx), ctx.actor.id)) {
    const { study, closed, progress } = await ratedStudy(ctx, id);
    const { title } = study.sealed.design.forRaters;
    studies.push({ id, title, state: stateOf(progress, closed), done: progress.done, total: progress.total });
  }
  return { studies };
}

/** The actor's next item with the axes; after the last one, the items whose source may be guessed. */
export async function ratingPage(ctx: Context, id: string): Promise<RatingPage> {
  const { study, closed, progress } = await ratedStudy(ctx, id);
  const { design, axes } = study.sealed;
  const { title, instructions } = design.forRaters;
  const state = stateOf(progress, closed);
  const item = state === 'rate' ? await nextItem(reader(ctx), id, ctx.actor.id) : undefined;
  const toGuess = state === 'guess' ? await unguessedItems(reader(ctx), id, ctx.actor.id) : [];
  const shown = (one: ItemText): RatingItem => shownItem(ctx, study, one);
  return {
    id,
    title,
    state,
    done: progress.done,
    total: progress.total,
    ...(instructions === undefined ? {} : { instructions }),
    axes,
    normalised: design.style === 'normalised',
    ...(item === undefined ? {} : { item: shown(item) }),
    toGuess: toGuess.map(shown),
  };
}

function shownItem(ctx: Context, { sealed }: store.StudyRow, { id, vignette, text }: ItemText): RatingItem {
  const { design } = sealed;
  const found = design.vignettes.find((one) => one.id === vignette);
  if (found === undefined) throw new AppError('internal', `The study has no vignette of the item ${id}.`);
  const { language, specialty, reference } = found;
  return {
    id,
    vignette: {
      text: found.text,
      language,
      ...(specialty === undefined ? {} : { specialty }),
      ...(reference === undefined || !design.showReference ? {} : { reference }),
    },
    text: design.style === 'normalised' ? normaliseStyle(text, ctx.profile.studyRating.style) : text,
  };
}

/**
 * Records the actor's rating of an item with its event. The same key is the same rating; a second rating of an item is a
 * `conflict`, since a rating is not changed.
 */
export async function submitRating(ctx: Context, id: string, input: SubmitRating): Promise<RatingReceipt> {
  requireRater(ctx);
  return transact(ctx, async (ctx) => {
    const study = await store.lockStudy(ctx.tx, id);
    const rater = ctx.actor.id;
    const response = await responseOfItem(ctx.tx, id, { rater, item: input.item });
    if (study === undefined || response === undefined)
      throw new AppError(
        'not_found',
        `The item ${input.item} is none of yours in the study ${id}. Ask for the next one.`,
      );
    const before = await findRating(ctx.tx, id, { rater, key: input.key, item: input.item });
    if (before === undefined) await record(ctx, study, { ...input, response });
    else if (before.key !== input.key || before.item !== input.item)
      throw new AppError(
        'conflict',
        'This item, or another one under this key, was rated before. A rating is not changed; ask for the next item.',
      );
    const { done, total } = await raterProgress(ctx.tx, id, rater);
    return { item: input.item, done, total };
  });
}

async function record(
  ctx: TxContext,
  study: store.StudyRow,
  input: SubmitRating & { response: string },
): Promise<void> {
  if ((await store.readSteps(ctx.tx, study.id)).closed !== undefined)
    throw new AppError('conflict', 'The study is closed: no rating is taken any more.');
  const { axes } = study.sealed;
  const lacking = axes.filter((axis) => input.scores[axis.id] === undefined).map((axis) => axis.id);
  const unknown = Object.keys(input.scores).filter((id) => !axes.some((axis) => axis.id === id));
  if (lacking.length > 0 || unknown.length > 0)
    throw new AppError(
      'invalid_input',
      `scores: ${[...lacking.map((id) => `"${id}" is missing`), ...unknown.map((id) => `there is no axis "${id}"`)].join('; ')}.`,
    );
  const { item, key, scores, recognised, seconds, note, response } = input;
  const rating = { response, rater: ctx.actor.id, item, key, scores, recognised, seconds, imported: false };
  const stored: StoredRating = {
    ...rating,
    at: ctx.clock.now().toISOString(),
    eventSeq: 0,
    ...(note === undefined ? {} : { note }),
  };
  const data = { study: study.id, digest: study.digest, ...ratedData(stored) };
  const { seq } = await appendEvent(ctx, { type: 'study.rated', data });
  await insertRatings(ctx.tx, study.id, [{ ...stored, eventSeq: seq }]);
}

/** Records what the actor took the sources for, once all items are rated. A guess given before is left as it is. */
export async function submitGuesses(ctx: Context, id: string, { guesses }: SubmitGuesses): Promise<GuessReceipt> {
  requireRater(ctx);
  return transact(ctx, async (ctx) => {
    await store.lockStudy(ctx.tx, id);
    const { closed, progress, study } = await ratedStudy(ctx, id);
    if (closed) throw new AppError('conflict', 'The study is closed: what was what can be read now.');
    if (progress.done < progress.total)
      throw new AppError(
        'conflict',
        `${progress.total - progress.done} items are not rated yet. Sources are guessed after the last one, so that guessing does not colour ratings.`,
      );
    for (const { item } of guesses)
      if ((await responseOfItem(ctx.tx, id, { rater: ctx.actor.id, item })) === undefined)
        throw new AppError('not_found', `The item ${item} is none of yours in the study ${id}.`);
    const known = await guessesOf(
      ctx.tx,
      guesses.map((one) => one.item),
    );
    const given = new Map(known.map((one) => [one.item, one.guess]));
    const fresh = [...new Map(guesses.map((one) => [one.item, one])).values()].filter((one) => !given.has(one.item));
    if (fresh.length > 0) {
      const data = asJson({ study: id, digest: study.digest, guesses: fresh });
      const { seq } = await appendEvent(ctx, { type: 'study.guessed', data });
      await insertGuesses(ctx.tx, fresh, { at: ctx.clock.now(), eventSeq: seq });
    }
    return { guesses: progress.guesses + fresh.length, total: progress.total };
  });
}
