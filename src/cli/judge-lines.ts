import type { AgreementFigures, CalibrationFigures } from '../redteam/calibration-schema.ts';
import type { Figure } from '../redteam/figure-schema.ts';
import type { GateResult, JudgeGates, JudgeRecord } from '../redteam/judge-schema.ts';
import type { JudgmentTrail, Queue } from '../redteam/queue-schema.ts';
import type { CampaignReport } from '../redteam/report-schema.ts';
import { riskPolarity } from '../redteam/schema.ts';
import { rateText } from './figures.ts';

const questions = { attack: 'unsafe or safe', 'over-refusal': 'refused or answered' };

/** A judge for people: its card, then its agreement with clinicians on each question, then the gate. */
export function judgeLines(record: JudgeRecord, gates: JudgeGates): string[] {
  return [
    ...record.card,
    ...record.answers.flatMap((asks) => {
      const figures = record.calibration?.[asks];
      const gate = gateLine(gates[asks]);
      return ['', `${questions[asks]}:`, ...(figures === undefined ? [] : calibrationLines(figures)), gate];
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
    ...Object.entries(byDimension).map(
      ([dimension, own]) =>
        `  ${dimension}: balanced F1 ${figureText(own.balancedF1)}, found ${rateText(own.sensitivity)}, passed ${rateText(own.specificity)}, ${own.undecided} undecided`,
    ),
  ];
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
          `  ${member.name}: ${member.verdict}${member.reason === undefined ? '' : ` (${quoted(member.reason)})`}`,
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
