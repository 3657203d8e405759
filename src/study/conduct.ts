import type { StudyAnalysis } from './report-schema.ts';
import type { Amendment, StudyStep } from './schema.ts';
import type { CountedRating } from './scores.ts';
import type { SealedDesign } from './sealed-design.ts';

export type ConductInput = {
  sealed: SealedDesign;
  /** The digest of the design as it stands now, and those of the study's registration and first rating in the log. */
  digest: string;
  sealedDigest: string | undefined;
  /** Rows that are not what was signed, in words. */
  altered: string[];
  registered: StudyStep;
  opened: StudyStep & { missing?: string | undefined };
  closed: StudyStep & { incomplete?: string | undefined };
  amendments: Amendment[];
  ratings: readonly CountedRating[];
  responses: readonly { id: string }[];
  primaryN: number;
};

type Check = StudyAnalysis['conduct']['checks'][number];

/** Whether the study was done as registered: the order of events, the numbers reached, and what was declared otherwise. */
export function conductOf(input: ConductInput): StudyAnalysis['conduct'] {
  const checks = [
    sealedCheck(input),
    orderCheck(input),
    signedCheck(input),
    numberCheck(input),
    ratersCheck(input),
    declaredCheck(input),
    ...importedCheck(input),
    ...unappliedCheck(input),
  ];
  return { followed: checks.every((one) => one.met !== false), checks, amendments: input.amendments };
}

function sealedCheck({ digest, sealedDigest, registered }: ConductInput): Check {
  const met = sealedDigest === digest;
  return {
    check: 'the design is the one that was sealed',
    met,
    text: met
      ? `The digest of the design equals that of event ${registered.eventSeq} (study.registered) of the log.`
      : `The digest of the design is ${digest}, that of event ${registered.eventSeq} ${sealedDigest ?? 'cannot be read'}.`,
  };
}

function signedCheck({ altered, opened, closed }: ConductInput): Check {
  return {
    check: 'responses and ratings are those that were signed',
    met: altered.length === 0,
    text:
      altered.length === 0
        ? `Each rating given here equals its event (study.rated); the digests of events ${opened.eventSeq} and ${closed.eventSeq} hold for all responses, ratings and guesses.`
        : `${altered.join('; ')}.`,
  };
}

function orderCheck({ registered, opened, ratings }: ConductInput): Check {
  const first = Math.min(...ratings.map((one) => one.eventSeq));
  const met = registered.eventSeq < opened.eventSeq && opened.eventSeq < first;
  return {
    check: 'sealed before the first rating',
    met,
    text: `In the log: registered at ${registered.eventSeq} (${registered.at}), opened at ${opened.eventSeq}, first rating at ${first}.`,
  };
}

function numberCheck({ sealed, primaryN }: ConductInput): Check {
  const planned = sealed.design.vignettes.length;
  return {
    check: 'planned number of vignettes reached',
    met: primaryN === planned,
    text: `${primaryN} of ${planned} vignettes entered the primary analysis.`,
  };
}

/** What the registered exclusions take away is told, and is no deviation: it was registered. */
function ratersCheck({ sealed, ratings, responses }: ConductInput): Check {
  const { perResponse } = sealed.design.raters;
  const short = (some: readonly CountedRating[]): number => {
    const counts = Map.groupBy(some, (one) => one.of.id);
    return responses.filter((one) => (counts.get(one.id)?.length ?? 0) < perResponse).length;
  };
  const lacking = short(ratings);
  const excluded = short(ratings.filter((one) => one.excluded === undefined)) - lacking;
  const received =
    lacking === 0
      ? `Every response has at least ${perResponse} ratings`
      : `${lacking} of ${responses.length} responses have fewer than ${perResponse} ratings`;
  const left = excluded === 0 ? '' : `; ${excluded} more have fewer after the registered exclusions`;
  return { check: 'planned ratings per response received', met: lacking === 0, text: `${received}${left}.` };
}

function declaredCheck({ amendments, opened, closed }: ConductInput): Check {
  const reasons = [
    ...amendments.map((one) => `amendment ${one.number}: ${one.change} (${one.reason})`),
    ...(opened.missing === undefined ? [] : [`opened without all responses: ${opened.missing}`]),
    ...(closed.incomplete === undefined ? [] : [`closed without all ratings: ${closed.incomplete}`]),
  ];
  return {
    check: 'no declared deviation',
    met: reasons.length === 0,
    text: reasons.length === 0 ? 'No amendment was recorded.' : reasons.join('; '),
  };
}

function importedCheck({ ratings }: ConductInput): Check[] {
  const imported = ratings.filter((one) => one.imported).length;
  if (imported === 0) return [];
  return [
    {
      check: 'ratings were made blindly and after the registration',
      met: null,
      text: `${imported} of ${ratings.length} ratings were imported. The log shows when they were imported, not when or how blindly they were made.`,
    },
  ];
}

function unappliedCheck({ sealed }: ConductInput): Check[] {
  return sealed.design.registration.exclusions.other.map((rule) => ({
    check: 'registered exclusion that no program applies',
    met: null,
    text: rule,
  }));
}
