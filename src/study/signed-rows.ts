import { type Context, reader } from '../context/context.ts';
import { canonicalBytes, canonicalJson } from '../core/canonical-json.ts';
import { sha256Hex } from '../core/hash.ts';
import { asJson, eventData } from '../ledger/actions.ts';
import { systemEventsOf } from '../ledger/chains.ts';
import type { EventType } from '../ledger/event-types.ts';
import type { StudyStep } from './schema.ts';
import type { StoredResponse } from './store.ts';
import { readGuesses, readRatings, type StoredRating } from './store-rating.ts';

/** SHA-256 (hex) over the canonical JSON of all responses, their texts by digest; `study.opened` holds it. */
export function responsesDigest(responses: readonly StoredResponse[]): string {
  return sha256Hex(
    canonicalBytes(responses.map(({ id: _, text, ...one }) => ({ ...one, textSha256: sha256Hex(text) }))),
  );
}

/** SHA-256 (hex) over the canonical JSON of all ratings and guesses with raters and responses; `study.closed` holds it. */
export async function ratingsDigest(ctx: Context, study: string): Promise<string> {
  const ratings = await readRatings(reader(ctx), study);
  const guesses = await readGuesses(reader(ctx), study);
  return sha256Hex(canonicalBytes(asJson({ ratings, guesses })));
}

/** What `study.rated` holds of a rating; a note by its digest. */
export function ratedData({ response, scores, recognised, seconds, note, item }: StoredRating) {
  return asJson({
    item,
    response,
    scores,
    recognised,
    seconds,
    ...(note === undefined ? {} : { noteSha256: sha256Hex(note) }),
  });
}

type SignedEvent = { seq: number; actor: string; data: ReturnType<typeof eventData> };

/** The events of a type about a study, as they were signed; erased ones are left out. */
export async function signedEvents(ctx: Context, type: EventType, study: string): Promise<SignedEvent[]> {
  const events = await systemEventsOf(ctx, type);
  return events
    .flatMap(({ seq, actor, opening }) =>
      opening === undefined ? [] : [{ seq, actor, data: eventData(opening.envelope) }],
    )
    .filter(({ data }) => data.study === study);
}

/** Where the rows of a closed study say something else than what was signed of them, in words; empty where they agree. */
export async function alteredRows(
  ctx: Context,
  study: string,
  { responses, opened, closed }: { responses: readonly StoredResponse[]; opened: StudyStep; closed: StudyStep },
): Promise<string[]> {
  const rated = new Map((await signedEvents(ctx, 'study.rated', study)).map((event) => [event.seq, event]));
  const rows = (await readRatings(reader(ctx), study)).filter((one) => !one.imported);
  const altered = rows.filter((row) => {
    const event = rated.get(row.eventSeq);
    rated.delete(row.eventSeq);
    if (event?.actor !== row.rater) return true;
    const { study: _, digest: __, ...signed } = event.data;
    return canonicalJson(signed) !== canonicalJson(ratedData(row));
  });
  const [start] = (await signedEvents(ctx, 'study.opened', study)).filter(({ seq }) => seq === opened.eventSeq);
  const [end] = (await signedEvents(ctx, 'study.closed', study)).filter(({ seq }) => seq === closed.eventSeq);
  return [
    ...altered.map((row) => `the rating of event ${row.eventSeq} by ${row.rater} is not what was signed`),
    ...[...rated.keys()].map((seq) => `the rating of event ${seq} is missing`),
    ...(start?.data.responsesSha256 === responsesDigest(responses)
      ? []
      : [`the responses are not those of event ${opened.eventSeq} (study.opened)`]),
    ...(end?.data.ratingsSha256 === (await ratingsDigest(ctx, study))
      ? []
      : [`ratings or guesses are not those of event ${closed.eventSeq} (study.closed)`]),
  ];
}
