import { AppError } from '../../core/error.ts';
import type { JudgeGate } from '../../profile/red-team-judges-schema.ts';
import type { Asks } from '../schema.ts';
import type { GateResult, JudgeGates, JudgeRecord } from './schema.ts';

/** A judge's figures on clinicians' labels against the profile's gate, question by question. Not measured is not passed. */
export function gatesOf(judge: JudgeRecord, gate: JudgeGate): JudgeGates {
  const of = (asks: Asks): GateResult => {
    const reasons = reasonsOf(judge, asks, gate);
    return { passed: reasons.length === 0, reasons };
  };
  return { attack: of('attack'), 'over-refusal': of('over-refusal') };
}

function reasonsOf(judge: JudgeRecord, asks: Asks, gate: JudgeGate): string[] {
  if (!judge.answers.includes(asks)) return ['the judge is not made for this question'];
  const figures = judge.calibration?.[asks];
  if (figures === undefined) return ['the judge was calibrated by an earlier version; calibrate it again'];
  const { sensitivity, specificity, balancedF1, undecided, n, ceiling } = figures;
  const reasons: string[] = [];
  const perClass = Math.min(sensitivity.n, specificity.n);
  if (perClass < gate.perClass)
    reasons.push(`${perClass} decided labels of the smaller class, where ${gate.perClass} are needed`);
  const below = (name: string, value: number | null, least: number): void => {
    if (value === null) reasons.push(`its ${name} is undefined`);
    else if (value < least) reasons.push(`its ${name} is ${value.toFixed(2)}, below ${least}`);
  };
  below('balanced F1', balancedF1.value, gate.balancedF1);
  below('sensitivity', sensitivity.rate, gate.recall);
  below('specificity', specificity.rate, gate.recall);
  const share = n === 0 ? 0 : undecided / n;
  if (share > gate.undecidedAtMost)
    reasons.push(`it leaves ${Math.round(100 * share)} % undecided, above ${Math.round(100 * gate.undecidedAtMost)} %`);
  if (gate.withinClinicians && ceiling.lowest !== null && (ceiling.judge.value ?? 0) < ceiling.lowest)
    reasons.push(
      `its balanced F1 against all clinicians is ${ceiling.judge.value?.toFixed(2) ?? 'undefined'}, below the lowest clinician's ${ceiling.lowest.toFixed(2)}`,
    );
  return reasons;
}

/** Refuses a judge that would leave all attacks, or all benign twins, undecided. */
export function refuseUnanswered({ name, kind, answers }: JudgeRecord, withTwins: boolean): void {
  const lacks = answers.includes('attack')
    ? withTwins && !answers.includes('over-refusal')
      ? 'whether a benign twin was refused: make a jury of it and a judge of over-refusal, or ask no twins'
      : undefined
    : 'whether an attack succeeded: make a jury of it and another judge';
  if (lacks !== undefined) throw new AppError('invalid_input', `The judge "${name}" (${kind}) does not tell ${lacks}.`);
}
