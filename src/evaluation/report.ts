import { macroAverageOfRates } from '../statistics/intervals/macro-average.ts';
import { rateOf, rateWithUndecided, wilsonInterval } from '../statistics/intervals/proportion.ts';
import { judgedFigures } from './open-replies/figures.ts';
import type { ScoreCount } from './open-replies/store.ts';
import { isOpen, variantsOf } from './plan.ts';
import type { OverlapFigures, SetFigures, SummaryModels, TargetReport } from './report-schema.ts';
import type { AnswerState, QuestionProblem, SetPlan, Target } from './schema.ts';
import { type QuestionCount, variationOf } from './variation.ts';

/** How many questions of a set an evaluation asks, and how many it cannot score. */
export type SetCount = {
  set: string;
  questions: number;
  plan: SetPlan;
  /** Mean of 1/options over the questions asked; null when none is. */
  chance: number | null;
  problems: Partial<Record<QuestionProblem, number>>;
};

/** Replies of one target in one set that ended alike. */
export type AnswerCount = {
  target: string;
  set: string;
  state: AnswerState;
  rule: string;
  truncated: boolean;
  n: number;
};

/** What a model was trained on: releases, and questions of each set by identity and in near-duplicate wording. */
export type Contamination = {
  releases: string[];
  questions: Record<string, number>;
  near: Record<string, number>;
} | null;

export type ReportInput = {
  targets: Target[];
  sets: SetCount[];
  answers: AnswerCount[];
  /** Of the sets that are asked in several variants. */
  repeated: QuestionCount[];
  /** What judges said of open replies. */
  scores: ScoreCount[];
  /** By target: in how many questions of each set its training rows overlap; null where none of its rows is known. */
  contamination: Record<string, Contamination>;
  /** By set: its questions in the corpus; absent before that was sought. */
  overlaps: Record<string, OverlapFigures>;
};

/** The figures of every target, computed from counts of rows and from nothing else. */
export function targetReports(input: ReportInput): Record<string, TargetReport> {
  return Object.fromEntries(
    input.targets.map((target) => {
      const own = input.answers.filter((answer) => answer.target === target.name);
      const contamination = input.contamination[target.name] ?? null;
      const sets = input.sets.map((set) =>
        setFigures(
          set,
          {
            answers: own.filter((answer) => answer.set === set.set),
            repeated: input.repeated.filter((count) => count.target === target.name && count.set === set.set),
            scores: input.scores.filter((count) => count.target === target.name && count.set === set.set),
          },
          { contamination, overlap: input.overlaps[set.set] ?? null },
        ),
      );
      return [target.name, { ...macroFigures(sets), sets, identity: target.identity }];
    }),
  );
}

type Given = { answers: AnswerCount[]; repeated: QuestionCount[]; scores: ScoreCount[] };

type Elsewhere = { contamination: Contamination; overlap: OverlapFigures | null };

function setFigures(set: SetCount, given: Given, elsewhere: Elsewhere): SetFigures {
  const figures = keyFigures(set, given, elsewhere);
  if (!isOpen(set.plan)) return figures;
  const none = { n: 0, rate: null, ci95: null };
  const judged = judgedFigures(set.plan, given.scores);
  return { ...figures, unanswered: 0, rate: null, ci95: null, amongAnswered: none, bounds: null, chance: null, judged };
}

function keyFigures(set: SetCount, { answers, repeated }: Given, { contamination, overlap }: Elsewhere): SetFigures {
  const count = (wanted: (answer: AnswerCount) => boolean): number =>
    answers.filter(wanted).reduce((sum, answer) => sum + answer.n, 0);
  const of = (state: AnswerState): number => count((answer) => answer.state === state);
  const variants = variantsOf(set.plan);
  const given = count(() => true);
  const right = of('answered-correct');
  const replies = { right, wrong: of('answered-wrong'), given };
  const variation = variants === 1 ? undefined : variationOf(repeated, variants);
  const inQuestions = variation !== undefined && set.plan.headline === 'all-orders';
  const { right: correct, wrong, given: n } = inQuestions ? variation.questions : replies;
  const { rate, ci95 } = variation === undefined || inQuestions ? rateOf(correct, n) : variation.lines;
  const answered = correct + wrong;
  const decided = rateWithUndecided(correct, answered, n - answered);
  const worth = variation === undefined || inQuestions || n === 0 ? 1 : variation.figures.effectiveN / n;
  const rules: Record<string, number> = {};
  for (const answer of answers) rules[answer.rule] = (rules[answer.rule] ?? 0) + answer.n;
  return {
    name: set.set,
    correct,
    unanswered: n - answered,
    n,
    rate,
    ci95,
    // replies to one question are no more independent for being answered
    amongAnswered: { n: answered, rate: decided.rate, ci95: wilsonInterval(correct * worth, answered * worth) },
    bounds: decided.bounds,
    chance: set.chance,
    states: {
      'answered-correct': replies.right,
      'answered-wrong': replies.wrong,
      abstained: of('abstained'),
      unparsable: of('unparsable'),
      'out-of-range': of('out-of-range'),
      open: of('open'),
    },
    rules,
    truncated: count((answer) => answer.truncated),
    missing: set.questions * variants - given,
    ...(variation === undefined
      ? {}
      : { variants: { ...variation.figures, unit: inQuestions ? ('question' as const) : ('line' as const) } }),
    unscorable: set.problems,
    contamination:
      contamination === null
        ? null
        : { releases: contamination.releases, questions: contamination.questions[set.set] ?? 0 },
    overlap,
    nearDuplicates: contamination === null ? null : (contamination.near[set.set] ?? 0),
    ...benchmarkFigures(set.plan),
  };
}

function benchmarkFigures({ benchmark, licence, polarity }: SetPlan): Pick<SetFigures, 'benchmark'> {
  return benchmark === undefined ? {} : { benchmark: { id: benchmark, licence: licence ?? 'unknown', polarity } };
}

/** The unweighted mean over sets that have a rate, with its own standard error, or why there is none. */
export function macroFigures(sets: SetFigures[]): Omit<TargetReport, 'sets' | 'identity'> {
  // Lines of one question are no independent cases: they count for as many as they are worth.
  const macro = macroAverageOfRates(
    sets
      .filter((set) => set.judged === undefined)
      .map((set) => {
        const n = set.variants?.unit === 'line' ? set.variants.effectiveN : set.n;
        return { k: n * (set.rate ?? 0), n };
      }),
  );
  if (macro.value === null) return { macro: null, macroReason: macro.reason };
  return {
    macro: macro.value,
    macroSe: macro.se,
    macroCi95: macro.ci95,
    macroMethod: `unweighted mean of ${macro.groups} set${macro.groups === 1 ? '' : 's'}; ${macro.ciMethod}`,
  };
}

/** The part of a report that a run's summary holds. */
export function summaryModels(models: Record<string, TargetReport>): SummaryModels {
  return Object.fromEntries(
    Object.entries(models).map(([name, { macro, sets }]) => [
      name,
      {
        macro,
        sets: sets.map(({ name, correct, unanswered, n, rate, ci95 }) => ({
          name,
          correct,
          unanswered,
          n,
          rate,
          ci95,
        })),
      },
    ]),
  );
}
