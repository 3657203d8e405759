import { canonicalBytes } from '../core/canonical-json.ts';
import { sha256Hex } from '../core/hash.ts';
import {
  mcnemarPower,
  meanEquivalencePower,
  meanNonInferiorityPower,
  pairedTPower,
  wilcoxonPower,
} from '../statistics/power/paired-power.ts';
import { nonInferiorityPower } from '../statistics/power/tango-power.ts';
import type { Hypothesis, StudyContrast, StudyDesign, StudyOutcome } from './design-schema.ts';
import { clustersOf, isClustered, outcomeName } from './registered.ts';
import type { PlannedClaim, StudyPlan } from './schema.ts';
import type { SealedDesign } from './sealed-design.ts';

type Claim = {
  text: string;
  outcome: StudyOutcome;
  hypothesis: Hypothesis;
  /** The true difference that is supposed. */
  difference: number;
  alpha: number;
  role: 'primary' | 'secondary' | 'beside';
};

type Power = { method: string; power: number | null; reason?: string };

/** Before the study: the power of every claim at the design's numbers, and the claims that it will not make. */
export function planOf(sealed: SealedDesign): StudyPlan {
  const { design } = sealed;
  const n = new Set(clustersOf(design)).size;
  const claims = claimsOf(design).map((claim): PlannedClaim => {
    const { method, power, reason } = powerOf(claim, design, n);
    const refused = power === null ? claim.role === 'beside' : power < design.registration.power;
    const why = reason === undefined ? {} : { reason };
    return { claim: claim.text, primary: claim.role === 'primary', method, n, power, ...why, refused };
  });
  return {
    digest: sha256Hex(canonicalBytes(sealed)),
    claims,
    refused: claims
      .filter((one) => one.refused)
      .map(
        ({ claim, power, reason }) =>
          `${claim} with ${design.vignettes.length} vignettes: power ${power === null ? `unknown (${reason ?? 'not computed'})` : powerText(power)}`,
      ),
    warnings: warningsOf(design),
  };
}

/** .18: a power as statistics print it. */
export function powerText(power: number): string {
  if (power >= 0.995) return '> .99';
  return power < 0.005 ? '< .01' : power.toFixed(2).slice(1);
}

function between({ a, b }: StudyContrast): string {
  return `${a} against ${b}`;
}

function claimsOf(design: StudyDesign): Claim[] {
  const { outcome, contrast, hypothesis, alpha, secondary, beside, assumptions } = design.registration;
  const named = (one: Hypothesis, of: string): string =>
    one.claim === 'difference' ? `difference of ${of}` : `${one.claim} on ${of} at margin ${one.margin}`;
  const { difference } = assumptions;
  const claims: Claim[] = [
    {
      text: `primary: ${named(hypothesis, outcomeName(outcome))}, ${between(contrast)}`,
      outcome,
      hypothesis,
      difference,
      alpha,
      role: 'primary',
    },
  ];
  for (const one of secondary)
    claims.push({
      text: `secondary: difference of ${outcomeName(one.outcome)}, ${between(one.contrast)}`,
      outcome: one.outcome,
      hypothesis: { claim: 'difference' },
      difference,
      // Holm's first step: the smallest p is compared with this.
      alpha: alpha / secondary.length,
      role: 'secondary',
    });
  const margins = (of: StudyOutcome, name: string, margin: number): void => {
    for (const claim of ['non-inferiority', 'equivalence'] as const) {
      const one = { claim, margin };
      claims.push({ text: named(one, name), outcome: of, hypothesis: one, difference: 0, alpha, role: 'beside' });
    }
  };
  if (beside.margin !== undefined) margins({ of: 'total' }, 'the total', beside.margin);
  if (beside.passMargin !== undefined && beside.passThreshold !== undefined)
    margins({ of: 'pass', threshold: beside.passThreshold }, 'pass/fail', beside.passMargin);
  return claims;
}

function powerOf(claim: Claim, design: StudyDesign, n: number): Power {
  const { outcome, assumptions, test } = design.registration;
  if (claim.outcome.of === 'pass') return passPower(claim, assumptions.discordance, n);
  if (outcomeName(claim.outcome) !== outcomeName(outcome))
    return {
      method: 'not computed',
      power: null,
      reason: `the plan supposes a spread for ${outcomeName(outcome)} only`,
    };
  const plan = { effect: claim.difference / assumptions.sd, alpha: claim.alpha };
  const supposed = `true difference ${claim.difference}, SD ${assumptions.sd}`;
  switch (claim.hypothesis.claim) {
    case 'difference':
      return test.startsWith('wilcoxon') || claim.role === 'secondary'
        ? rankPower(n, plan, supposed)
        : { method: `paired t, noncentral t; ${supposed}`, power: pairedTPower(n, plan) };
    case 'non-inferiority':
      return {
        method: `paired t, one-sided at alpha/2; ${supposed}`,
        power: meanNonInferiorityPower(n, {
          ...plan,
          margin: claim.hypothesis.margin / assumptions.sd,
          alpha: claim.alpha / 2,
        }),
      };
    case 'equivalence':
      return {
        method: `two one-sided paired t tests at alpha each; ${supposed}`,
        power: meanEquivalencePower(n, { ...plan, margin: claim.hypothesis.margin / assumptions.sd }),
      };
  }
}

/** The exact test of n pairs has no p below 2/2ⁿ: with few pairs no data can make it reject. */
function rankPower(n: number, plan: { effect: number; alpha: number }, supposed: string): Power {
  if (2 ** (1 - n) > plan.alpha)
    return { method: `Wilcoxon signed rank: ${n} pairs cannot reach p ≤ ${plan.alpha}`, power: 0 };
  return {
    method: `Wilcoxon signed rank, by the t test with 3/π of the pairs; ${supposed}`,
    power: wilcoxonPower(n, plan),
  };
}

function passPower({ hypothesis, difference, alpha, role }: Claim, discordance: number | undefined, n: number): Power {
  if (discordance === undefined)
    return { method: 'not computed', power: null, reason: 'the plan supposes no share of discordant pairs' };
  const supposed = `true difference ${difference}, ${discordance} discordant`;
  if (Math.abs(difference) > discordance)
    return { method: 'not computed', power: null, reason: `the supposed difference ${difference} is no rate` };
  switch (hypothesis.claim) {
    case 'difference':
      return role === 'secondary'
        ? { method: 'not computed', power: null, reason: 'the plan supposes no difference of pass rates' }
        : { method: `McNemar, exact; ${supposed}`, power: mcnemarPower(n, { discordance, difference, alpha }) };
    case 'non-inferiority':
      return {
        method: `Tango score, one-sided at alpha/2; ${supposed}`,
        power: nonInferiorityPower(n, { margin: hypothesis.margin, discordance, difference, alpha: alpha / 2 }),
      };
    case 'equivalence':
      return {
        method: `upper bound: one of the two one-sided Tango score tests at alpha; ${supposed}`,
        power: nonInferiorityPower(n, {
          margin: hypothesis.margin,
          discordance,
          difference: -Math.abs(difference),
          alpha,
        }),
      };
  }
}

function warningsOf(design: StudyDesign): string[] {
  const { raters, arms, vignettes } = design;
  const warnings: string[] = [];
  if (raters.accounts === undefined)
    warnings.push(
      'No rater is named: ratings come by import, and the log cannot show when or how blindly they were made.',
    );
  if (isClustered(design))
    warnings.push(
      'Vignettes of a counterfactual pair hang together: whole pairs are tested, and the power counts pairs.',
    );
  const single = arms.filter((arm) => arm.kind !== 'model' && arm.people === 1).map((arm) => arm.id);
  if (single.length > 0)
    warnings.push(
      `One person answers for ${single.join(' and ')}: what is found holds for that person, not for people of their kind.`,
    );
  if (vignettes.length < 20) warnings.push(`${vignettes.length} vignettes carry little: see the powers above.`);
  return warnings;
}
