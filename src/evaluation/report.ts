import { macroAverageOfRates } from '../statistics/macro-average.ts';
import { rateOf, rateWithUndecided } from '../statistics/proportion.ts';
import type { SetFigures, SummaryModels, TargetReport } from './report-schema.ts';
import type { AnswerState, QuestionProblem, Target } from './schema.ts';

/** How many questions of a set an evaluation asks, and how many it cannot score. */
export type SetCount = {
  set: string;
  questions: number;
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

export type Contamination = { releases: string[]; questions: Record<string, number> } | null;

export type ReportInput = {
  targets: Target[];
  sets: SetCount[];
  answers: AnswerCount[];
  /** By target: in how many questions of each set its training rows overlap; null where none of its rows is known. */
  contamination: Record<string, Contamination>;
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
          own.filter((answer) => answer.set === set.set),
          contamination,
        ),
      );
      return [target.name, { ...macroFigures(sets), sets, identity: target.identity }];
    }),
  );
}

function setFigures(set: SetCount, answers: AnswerCount[], contamination: Contamination): SetFigures {
  const count = (wanted: (answer: AnswerCount) => boolean): number =>
    answers.filter(wanted).reduce((sum, answer) => sum + answer.n, 0);
  const of = (state: AnswerState): number => count((answer) => answer.state === state);
  const correct = of('answered-correct');
  const answered = correct + of('answered-wrong');
  const n = count(() => true);
  const { rate, ci95 } = rateOf(correct, n);
  const decided = rateWithUndecided(correct, answered, n - answered);
  const rules: Record<string, number> = {};
  for (const answer of answers) rules[answer.rule] = (rules[answer.rule] ?? 0) + answer.n;
  return {
    name: set.set,
    correct,
    unanswered: n - answered,
    n,
    rate,
    ci95,
    amongAnswered: { n: answered, rate: decided.rate, ci95: decided.ci95 },
    bounds: decided.bounds,
    chance: set.chance,
    states: {
      'answered-correct': correct,
      'answered-wrong': answered - correct,
      abstained: of('abstained'),
      unparsable: of('unparsable'),
      'out-of-range': of('out-of-range'),
    },
    rules,
    truncated: count((answer) => answer.truncated),
    missing: set.questions - n,
    unscorable: set.problems,
    contamination:
      contamination === null
        ? null
        : { releases: contamination.releases, questions: contamination.questions[set.set] ?? 0 },
  };
}

function macroFigures(sets: SetFigures[]): Omit<TargetReport, 'sets' | 'identity'> {
  const macro = macroAverageOfRates(sets.map((set) => ({ k: set.correct, n: set.n })));
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
