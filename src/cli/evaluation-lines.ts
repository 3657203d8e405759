import type { ComparisonReport, EvaluationHistory, PairedFigures } from '../evaluation/comparisons/schema.ts';
import type { EvaluationReport, JudgedFigures, SetFigures } from '../evaluation/report-schema.ts';
import { pText, rateText } from './figures.ts';

/** An evaluation's report for people: under each figure what must be known to read it. */
export function evaluationLines(report: EvaluationReport): string[] {
  return [
    `evaluation ${report.evaluation.id}${report.complete ? '' : ' (not complete)'}`,
    ...Object.entries(report.models).flatMap(([name, model]) => [
      `${name}\tmacro average ${macroText(model)}`,
      ...model.sets.flatMap(setLines),
    ]),
  ];
}

type Macro = Pick<EvaluationReport['models'][string], 'macro' | 'macroReason' | 'macroCi95' | 'macroMethod'>;

function macroText({ macro, macroReason = '', macroCi95, macroMethod = '' }: Macro): string {
  if (macro === null) return `undefined (${macroReason})`;
  const percent = (value: number): string => (100 * value).toFixed(0);
  const interval = macroCi95 === undefined ? '' : ` [${macroCi95.map(percent).join(', ')}]`;
  return `${percent(macro)} %${interval} (${macroMethod})`;
}

function setLines(set: SetFigures): string[] {
  if (set.judged !== undefined) return [...judgedLines(set, set.judged), ...overlapLines(set)];
  const chance = set.chance === null ? '' : `, guessing ${(100 * set.chance).toFixed(0)} %`;
  const figure = rateText({ k: set.correct, n: set.n, rate: set.rate, ci95: set.ci95 });
  return [
    `  ${set.name}\t${figure}, ${set.unanswered} unanswered${chance}`,
    ...variantLines(set),
    ...overlapLines(set),
  ];
}

function judgedLines({ name, n }: SetFigures, judged: JudgedFigures): string[] {
  const share = (one: JudgedFigures['judges'][number]['share']): string =>
    one === null
      ? ''
      : `; ${judged.counted}: ${rateText(one)}${one.undecided === 0 ? '' : `, ${one.undecided} undecided`}`;
  const lower = judged.polarity === 'lower-is-better' ? 'lower is better' : 'higher is better';
  return [
    `  ${name}\t${n} replies, mean of the judges ${judged.mean === null ? 'undefined' : judged.mean.toFixed(2)} (${lower})`,
    ...judged.judges.map(
      ({ judge, mean, n, ...one }) =>
        `    ${judge}\tmean ${mean === null ? 'undefined' : mean.toFixed(2)}, n = ${n}${share(one.share)}`,
    ),
    ...judged.groups.map((one) => `      ${one.group}\t${one.judge}${share(one.share)}`),
  ];
}

function variantLines({ variants }: SetFigures): string[] {
  if (variants === undefined) return [];
  const { perItem, allOrders, questions, effectiveN } = variants;
  return [
    `    asked ${variants.variants} times: most replies right ${rateText(perItem)}, all right ${rateText(allOrders)}; ${questions} questions, replies worth ${effectiveN.toFixed(0)} independent ones`,
  ];
}

function overlapLines({ overlap, contamination, nearDuplicates }: SetFigures): string[] {
  const parts = Object.entries(overlap?.questions ?? {}).map(([kind, n]) => `${n} ${kind}`);
  const corpus =
    overlap === null
      ? 'not sought yet'
      : parts.length === 0
        ? `none among ${overlap.compared} training questions`
        : `${parts.join(', ')} of ${overlap.compared} training questions`;
  const seen =
    contamination === null
      ? 'what the model was trained on is not known here'
      : `in its training: ${contamination.questions} the same, ${nearDuplicates ?? 0} near`;
  return [`    overlap with the corpus: ${corpus}; ${seen}`];
}

const sideFigures = (one: PairedFigures): string =>
  `${one.finding}; ${one.onlyB} gained, ${one.onlyA} lost of ${one.n}; ${pText(one.pHolm ?? one.p, one.reason)}`;

/** A comparison for people: the whole, the parts that differ, the questions that changed, and what stands in the way. */
export function comparisonLines(report: ComparisonReport): string[] {
  const { overall, sets, slices, flips, regressions, warnings } = report;
  const percent = (value: number | undefined): string => (value === undefined ? '?' : (100 * value).toFixed(1));
  const interval = overall.ci95 === null ? '' : ` [${percent(overall.ci95[0])}, ${percent(overall.ci95[1])}]`;
  const difference =
    overall.difference === null ? 'no difference defined' : `${percent(overall.difference)} points${interval}`;
  return [
    `${report.b.target} against ${report.a.target}: ${difference}; ${sideFigures(overall)} (${report.test})`,
    ...sets.map((set) => `  ${set.name}\t${sideFigures(set)}`),
    ...slices
      .filter((slice) => slice.finding !== 'not distinguishable')
      .map((slice) => `  ${slice.by} ${slice.value}\t${sideFigures(slice)}`),
    ...(slices.length === 0 ? [] : [`  ${slices.length} slices; p adjusted over sets and over slices (Holm)`]),
    ...flips.map(
      (flip) =>
        `  ${flip.direction}\t${flip.set}\t${flip.question}\tright ${flip.expected}, ${flip.a.answer ?? flip.a.state} → ${flip.b.answer ?? flip.b.state}`,
    ),
    ...(report.next === undefined ? [] : ['  more questions changed than are shown (--flips)']),
    ...warnings.map((warning) => `warning: ${warning}`),
    ...(report.complete ? [] : ['incomplete: no conclusion (exit 3)']),
    ...regressions.map((where) => `significantly worse ${where}`),
  ];
}

/** The history for people: one line a run, then what the latest change is worth. */
export function historyLines({ series }: EvaluationHistory): string[] {
  if (series.length === 0) return ['no completed evaluation'];
  return series.flatMap(({ target, set, points, sincePrevious, sinceFirst }) => [
    `${target}\t${set}`,
    ...points.map(
      ({ completedAt, evaluation, correct, n, rate, ci95 }) =>
        `  ${completedAt.slice(0, 16)}\t${evaluation.slice(0, 8)}\t${rateText({ k: correct, n, rate, ci95 })}`,
    ),
    ...(sincePrevious === undefined ? [] : [`  since the one before: ${changeText(sincePrevious)}`]),
    ...(sinceFirst === undefined ? [] : [`  since the first: ${changeText(sinceFirst)}`]),
  ]);
}

function changeText(change: PairedFigures): string {
  const words = { 'b better': 'better', 'a better': 'worse', 'not distinguishable': 'not distinguishable' };
  return `${words[change.finding]}; ${change.onlyB} gained, ${change.onlyA} lost of ${change.n}; ${pText(change.pHolm ?? change.p, change.reason)}`;
}
