import type { JudgmentTrail, Queue } from '../../redteam/disagreements/schema.ts';
import type { Figure } from '../../redteam/figure-schema.ts';
import type { AgreementFigures, CalibrationFigures } from '../../redteam/judges/calibration-schema.ts';
import type { GateResult, HeldOutFigures, JudgeGates, JudgeRecord } from '../../redteam/judges/schema.ts';
import type { CampaignReport } from '../../redteam/reports/schema.ts';
import { type MemberJudgment, riskPolarity } from '../../redteam/schema.ts';
import { rateText } from '../figures.ts';

const questions = { attack: 'unsafe or safe', 'over-refusal': 'refused or answered' };

/** A judge for people: its card, then its agreement with clinicians on each question, then the gate. */
export function judgeLines(record: JudgeRecord, gates: JudgeGates): string[] {
  return [
    ...record.card,
    ...record.answers.flatMap((asks) => {
      const figures = record.calibration?.[asks];
      const gate = gateLine(gates[asks]);
      return [
        '',
        `${questions[asks]}:`,
        ...(figures === undefined ? [] : calibrationLines(figures)),
        ...curveLines(record.heldOut[asks].reliability),
        gate,
      ];
    }),
  ];
}

function calibrationLines(figures: CalibrationFigures): string[] {
  const { ceiling, byDimension, calibrationError, tied } = figures;
  return [
    ...agreementLines(figures),
    ...(tied === 0 ? [] : [`  ${tied} replies left out: clinicians split evenly over them`]),
    `  calibration error      ${figureText(calibrationError)}`,
    ...ceiling.clinicians.map(
      ({ labeller, balancedF1 }) => `  ceiling: ${labeller} against the others, balanced F1 ${figureText(balancedF1)}`,
    ),
    ceiling.lowest === null
      ? `  ceiling: ${ceiling.reason ?? 'unknown'}`
      : `  ceiling: the judge on the same replies, balanced F1 ${figureText(ceiling.judge)}`,
    ...dimensionLines(byDimension),
  ];
}

/** Fewer labels of a dimension than this are no figure for people; `--json` has all. */
const fewestOfDimension = 10;

function dimensionLines(byDimension: CalibrationFigures['byDimension']): string[] {
  const all = Object.entries(byDimension);
  const shown = all.filter(([, { n }]) => n >= fewestOfDimension);
  const left = all.length - shown.length;
  return [
    ...shown.map(
      ([dimension, own]) =>
        `  ${dimension}: balanced F1 ${figureText(own.balancedF1)}, found ${rateText(own.sensitivity)}, passed ${rateText(own.specificity)}, ${own.undecided} undecided`,
    ),
    ...(left === 0
      ? []
      : [`  ${left} dimensions have fewer than ${fewestOfDimension} labels each, too few for a figure of their own`]),
  ];
}

/** The calibration curve: of the replies in each band of probability, how many are positive. */
function curveLines(bins: HeldOutFigures['reliability']): string[] {
  const filled = bins.filter(({ observed }) => observed.n > 0);
  if (filled.length === 0) return [];
  const told = filled.map(
    ({ from, to, observed }) => `${from.toFixed(1)}–${to.toFixed(1)}: ${observed.k}/${observed.n}`,
  );
  return [`  calibration curve      positive among ${told.join(' · ')}`];
}

function agreementLines(figures: AgreementFigures): string[] {
  const { grade } = figures;
  return [
    `  ${figures.n} labelled replies, ${figures.undecided} undecided`,
    `  balanced F1            ${figureText(figures.balancedF1)}`,
    `  sensitivity            ${rateText(figures.sensitivity)}`,
    `  specificity            ${rateText(figures.specificity)}`,
    `  kappa                  ${figureText(figures.kappa)}`,
    `  alpha (nominal)        ${figureText(figures.alpha)}`,
    `  bias of the share      ${figureText(figures.bias)}`,
    ...(grade === null
      ? ['  weighted kappa         no grade that both gave']
      : [
          `  weighted kappa         ${figureText(figures.weightedKappa)} (${grade}, quadratic)`,
          `  alpha (ordinal)        ${figureText(figures.ordinalAlpha)} (${grade})`,
          `  bias of the grade      ${figureText(figures.gradeBias)} (${grade}${grade === 'risk' ? `, ${riskPolarity}` : ', full compliance highest'})`,
        ]),
  ];
}

function figureText({ value, ci95, n, reason }: Figure): string {
  if (value === null) return `undefined: ${reason ?? 'no reason given'} (n = ${n})`;
  const interval = ci95 === null ? '' : ` [${ci95[0].toFixed(2)}, ${ci95[1].toFixed(2)}]`;
  return `${value.toFixed(2)}${interval} (n = ${n})`;
}

function gateLine({ passed, reasons }: GateResult): string {
  return passed
    ? '  gate: passed'
    : `  gate: NOT passed, so this judge gives no headline figure: ${reasons.join('; ')}`;
}

/** The queue for people. */
export function queueLines({ waiting, items }: Queue): string[] {
  return [
    `${waiting} replies wait for a first label.`,
    ...items.flatMap((item) => [
      '',
      `--campaign ${item.campaign} --target ${item.target} --probe ${item.probe} --variant ${item.variant}  (${item.dimension}, ${item.labels} labels)`,
      `request: ${quoted(item.prompt)}`,
      `reply:   ${quoted(item.reply)}`,
    ]),
  ];
}

/** What is behind the judgments of one reply, for people. */
export function trailLines(trail: JudgmentTrail): string[] {
  return [
    `request: ${quoted(trail.prompt)}`,
    `reply:   ${quoted(trail.reply)}`,
    ...trail.judgments.flatMap(({ judgment, judgedAt, calls }) => [
      '',
      `${judgedAt}  judge ${judgment.judge.slice(0, 12)}: ${judgment.verdict}${judgment.reason === undefined ? '' : ` (${quoted(judgment.reason)})`}`,
      ...(judgment.members ?? []).map(
        (member) =>
          `  ${member.name}: ${member.verdict}${saidText(member)}${member.reason === undefined ? '' : ` (${quoted(member.reason)})`}`,
      ),
      ...calls.flatMap((call) => [
        `  call ${call.key.slice(0, 12)} to ${call.model}, ${call.startedAt} to ${call.endedAt}`,
        ...call.messages.map(({ role, content }) => `    ${role}: ${quoted(content)}`),
        `    reply: ${quoted(call.reply)}`,
      ]),
    ]),
    ...trail.labels.map(
      ({ labeller, label, labelledAt }) => `${labelledAt}  ${labeller}: ${label.label}, ${label.handling}`,
    ),
  ];
}

/** Hostile text on a terminal: quoted, with everything that shows nothing or steers the terminal as its code. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(/\p{C}/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`);
}

/** The grade and probability of a jury's member, where it gave them. */
function saidText({ risk, handling, probability }: MemberJudgment): string {
  const said = [
    ...(risk === undefined ? [] : [`risk ${risk.score} (${risk.polarity})`]),
    ...(handling === undefined ? [] : [handling]),
    ...(probability === undefined ? [] : [`probability ${probability.toFixed(2)}`]),
  ];
  return said.map((one) => `, ${one}`).join('');
}

/** What a campaign's report says of its judge: each target's corrected rates and notes, and what waits for clinicians. */
export function judgedLines({ targets, queue, gates }: CampaignReport): string[] {
  const shown = gates.attack.passed || gates['over-refusal'].passed;
  const open = queue.queued - queue.labelled;
  return [
    ...targets.flatMap(({ name, corrected, notes }) => [
      ...(shown
        ? [
            `${name}\tcorrected for the judge: unsafe ${shareText(corrected.unsafe)}, over-refusal ${shareText(corrected.overRefusal)}`,
          ]
        : []),
      ...notes.map((note) => `${name}\tnote on every figure: ${note}`),
    ]),
    ...(queue.queued === 0
      ? []
      : [
          `Judges disagreed on ${queue.queued} replies; ${open} wait for a clinician (safemed judge disagreements list).`,
        ]),
  ];
}

function shareText({ value, ci95, reason }: Figure): string {
  if (value === null) return `undefined (${reason ?? 'no reason given'})`;
  const percent = (share: number): string => (100 * share).toFixed(0);
  return `${percent(value)} %${ci95 === null ? '' : ` [${percent(ci95[0])}, ${percent(ci95[1])}]`}`;
}
