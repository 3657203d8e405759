import { AppError } from '../core/error.ts';
import type { StudyAxis, StudyRating } from '../profile/study-rating-schema.ts';
import { exactLimit } from '../statistics/hypothesis-tests/wilcoxon.ts';
import type { StudyContrast, StudyDesign, StudyOutcome } from './design-schema.ts';
import { isClustered, permitted } from './registered.ts';

/** The axes that a design names: its own, or those of a form of the profile. Throws `invalid_input` for an unknown form. */
export function axesOf({ rating }: Pick<StudyDesign, 'rating'>, profile: StudyRating): StudyAxis[] {
  if ('axes' in rating) return rating.axes;
  const form = profile.forms.find((one) => one.id === rating.form);
  if (form !== undefined) return form.axes;
  const known = profile.forms.map((one) => one.id).join(', ') || 'none';
  throw new AppError('invalid_input', `rating.form: the profile has no form "${rating.form}" (it has: ${known}).`);
}

/** Lowest and highest total: every axis goes from 1 to 5. */
export function totalRange(axes: readonly StudyAxis[]): { lowest: number; highest: number } {
  return { lowest: axes.length, highest: 5 * axes.length };
}

/** Refuses a design that contradicts itself; throws `invalid_input` that lists every problem by its path. */
export function checkDesign(design: StudyDesign, axes: readonly StudyAxis[]): void {
  const problems = [
    ...twice('arms', design.arms),
    ...twice('vignettes', design.vignettes),
    ...twice('rating.axes', axes),
    ...(axes.some((axis) => axis.id === 'total') ? ['rating.axes: "total" is the name of their sum'] : []),
    ...pairProblems(design),
    ...raterProblems(design),
    ...leakProblems(design),
    ...registrationProblems(design, axes),
  ];
  if (problems.length > 0)
    throw new AppError('invalid_input', `The design does not hold together: ${problems.join('; ')}.`);
}

function twice(what: string, items: readonly { id: string }[]): string[] {
  const ids = items.map((one) => one.id);
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))].map(
    (id) => `${what}: "${id}" stands there twice`,
  );
}

function pairProblems({ vignettes }: StudyDesign): string[] {
  const pairs = Map.groupBy(
    vignettes.flatMap(({ pair }) => (pair === undefined ? [] : [pair])),
    (pair) => pair.id,
  );
  return [...pairs].flatMap(([id, sides]) => {
    const base = sides.filter((one) => one.side === 'base').length;
    return sides.length === 2 && base === 1
      ? []
      : [`vignettes: the pair "${id}" has ${base} base and ${sides.length - base} changed; a pair is one of each`];
  });
}

function raterProblems({ raters }: StudyDesign): string[] {
  const { accounts, perResponse } = raters;
  if (accounts === undefined) return [];
  const distinct = new Set(accounts).size;
  if (distinct < accounts.length) return ['raters.accounts: an account stands there twice'];
  return distinct < perResponse
    ? [`raters.accounts: ${distinct} raters cannot give ${perResponse} ratings per response`]
    : [];
}

/** What raters read must not tell what is compared. */
function leakProblems({ arms, forRaters }: StudyDesign): string[] {
  const shown = `${forRaters.title}\n${forRaters.instructions ?? ''}`.toLowerCase();
  return arms
    .flatMap((arm) => [arm.id, ...(arm.kind === 'model' ? [arm.ref.replace(/^\w+:/, '')] : [])])
    .filter((name) => new RegExp(`(?<![a-z0-9])${name.toLowerCase().replaceAll('.', '\\.')}(?![a-z0-9])`).test(shown))
    .map((name) => `forRaters: it names "${name}", which would unblind the raters`);
}

function registrationProblems(design: StudyDesign, axes: readonly StudyAxis[]): string[] {
  const { registration, vignettes } = design;
  const { outcome, contrast, hypothesis, test, interval, secondary, beside } = registration;
  const { tests, intervals } = permitted(outcome, hypothesis.claim, isClustered(design));
  const about = `${hypothesis.claim} of ${outcome.of === 'pass' ? 'pass marks' : 'scores'}${isClustered(design) ? ' with counterfactual pairs, whose vignettes are not independent' : ''}`;
  const problems = [
    ...contrastProblems('registration.contrast', contrast, design),
    ...outcomeProblems('registration.outcome', outcome, axes),
    ...secondary.flatMap((one, index) => [
      ...contrastProblems(`registration.secondary.${index}`, one.contrast, design),
      ...outcomeProblems(`registration.secondary.${index}`, one.outcome, axes),
    ]),
  ];
  if (!tests.includes(test)) problems.push(`registration.test: for ${about} it is one of ${tests.join(', ')}`);
  if (!intervals.includes(interval))
    problems.push(`registration.interval: for ${about} it is one of ${intervals.join(', ')}`);
  if (test.startsWith('wilcoxon.exactPermutation') && vignettes.length > exactLimit)
    problems.push(
      `registration.test: the exact test is computed up to ${exactLimit} vignettes; take wilcoxon.normalCc`,
    );
  if (outcome.of === 'pass' && hypothesis.claim !== 'difference' && hypothesis.margin >= 1)
    problems.push('registration.hypothesis.margin: a margin of pass rates is below 1');
  if (outcome.of === 'pass' && registration.assumptions.discordance === undefined)
    problems.push(
      'registration.assumptions.discordance: pass marks need the share of pairs in which only one arm passes',
    );
  if (beside.passMargin !== undefined && beside.passThreshold === undefined)
    problems.push('registration.beside.passMargin: it needs a passThreshold');
  if (beside.passThreshold !== undefined)
    problems.push(...outcomeProblems('registration.beside', { of: 'pass', threshold: beside.passThreshold }, axes));
  return problems;
}

function contrastProblems(path: string, { a, b }: StudyContrast, { arms }: StudyDesign): string[] {
  const unknown = [a, b].filter((id) => !arms.some((arm) => arm.id === id));
  if (unknown.length > 0)
    return [`${path}: there is no arm ${unknown.join(', ')} (arms: ${arms.map((arm) => arm.id).join(', ')})`];
  return a === b ? [`${path}: both sides are "${a}"`] : [];
}

function outcomeProblems(path: string, outcome: StudyOutcome, axes: readonly StudyAxis[]): string[] {
  if (outcome.of === 'axis' && !axes.some((axis) => axis.id === outcome.axis))
    return [`${path}: there is no axis "${outcome.axis}" (axes: ${axes.map((axis) => axis.id).join(', ')})`];
  const { lowest, highest } = totalRange(axes);
  if (outcome.of === 'pass' && !(outcome.threshold > lowest && outcome.threshold <= highest))
    return [`${path}: a total lies between ${lowest} and ${highest}, so ${outcome.threshold} cannot be the threshold`];
  return [];
}
