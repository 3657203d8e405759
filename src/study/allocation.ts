import { AppError } from '../core/error.ts';
import { seededRandom, shuffled } from '../core/random.ts';

/** One response with what allocation needs to know of it. */
export type Rateable = { id: string; vignette: string; arm: string; author?: string };

export type AllocationInput = {
  raters: readonly string[];
  perResponse: number;
  /** Accounts that must not rate an arm, by the arm's id. */
  authors: ReadonlyMap<string, readonly string[]>;
  seed: number;
};

/** The responses that one rater rates, in that rater's order. */
export type RaterOrder = { rater: string; responses: string[] };

/**
 * Who rates what, in which order; the same for the same seed. The raters of a vignette rate all its responses where they
 * may, so that a strict rater is strict to all arms alike, and loads differ by as little as that allows. Each rater meets the
 * responses of a vignette in different rounds, in a cyclic Latin square over the vignettes: every arm comes equally often in
 * every round, within one. Throws `invalid_input` where a response has too few raters who may rate it.
 */
export function allocate(responses: readonly Rateable[], input: AllocationInput): RaterOrder[] {
  const random = seededRandom(input.seed);
  const vignettes = shuffled([...Map.groupBy(responses, (one) => one.vignette).entries()], random);
  const given = new Map<string, Rateable[][]>(input.raters.map((rater) => [rater, []]));
  const load = new Map<string, number>(input.raters.map((rater) => [rater, 0]));
  for (const [, own] of vignettes) {
    const order = shuffled(input.raters, random).sort((a, b) => (load.get(a) ?? 0) - (load.get(b) ?? 0));
    const rated = new Map<string, Rateable[]>();
    for (const response of own)
      for (const rater of ratersOf(response, order, input)) rated.set(rater, [...(rated.get(rater) ?? []), response]);
    for (const [rater, some] of rated) {
      given.get(rater)?.push(some);
      load.set(rater, (load.get(rater) ?? 0) + some.length);
    }
  }
  return input.raters.map((rater) => ({ rater, responses: inRounds(given.get(rater) ?? [], random) }));
}

function ratersOf(response: Rateable, order: readonly string[], { perResponse, authors }: AllocationInput): string[] {
  const barred = [response.author, ...(authors.get(response.arm) ?? [])];
  const eligible = order.filter((rater) => !barred.includes(rater));
  if (eligible.length < perResponse)
    throw new AppError(
      'invalid_input',
      `Only ${eligible.length} raters may rate the response of ${response.arm} to ${response.vignette}, since authors rate nothing of their own; ${perResponse} are needed. Name more raters in a new design.`,
    );
  return eligible.slice(0, perResponse);
}

/** Round r takes from the v-th vignette its response r + v, counted round a rater's own order of the arms. */
function inRounds(vignettes: readonly Rateable[][], random: () => number): string[] {
  const most = Math.max(0, ...vignettes.map((own) => own.length));
  const start = Math.floor(random() * Math.max(1, most));
  const rank = new Map(
    shuffled([...new Set(vignettes.flat().map((one) => one.arm))].sort(), random).map((arm, index) => [arm, index]),
  );
  const squares = shuffled(vignettes, random).map((own, index) => {
    const ordered = shuffled(own, random).sort((a, b) => (rank.get(a.arm) ?? 0) - (rank.get(b.arm) ?? 0));
    const shift = (start + index) % Math.max(1, ordered.length);
    return [...ordered.slice(shift), ...ordered.slice(0, shift)];
  });
  return Array.from({ length: most }, (_, round) =>
    shuffled(
      squares.flatMap((own) => own[round] ?? []),
      random,
    ),
  )
    .flat()
    .map((one) => one.id);
}
