import { type Metric, type StopRule, startSteps } from './rule-schema.ts';
import { figuresOf, isUnmeasured, type StepRow } from './series.ts';

/** What a rule compared at the step at which it fired. */
export type Raised = { rule: StopRule; step: number; value: number; limit: number };

/** How many of a run's last logged steps its rules look back on. */
export function stepsBack(rules: readonly StopRule[]): number {
  return Math.max(1, ...rules.map((rule) => rule.window + rule.times));
}

/** What a run's beginning gives for limits relative to it: nothing until so many steps were logged. */
export function startOf(rows: readonly StepRow[]): readonly StepRow[] {
  return rows.length < startSteps ? [] : rows.slice(0, startSteps);
}

/**
 * The rules that fire at the last of the rows: whose condition held at exactly as many steps in a row as they ask for, so
 * that a condition that goes on holding raises one alarm and not one a step. The rows are the last `stepsBack` logged
 * steps in order, `start` the first ones of the run. A figure that was not measured fulfils no condition on its value.
 */
export function firing(rules: readonly StopRule[], rows: readonly StepRow[], start: readonly StepRow[]): Raised[] {
  const step = rows.at(-1)?.step;
  if (step === undefined) return [];
  return rules.flatMap((rule) => {
    const limit = limitOf(rule, start);
    if (limit === undefined) return [];
    const value = (back: number): number | undefined => windowed(rule, rows.slice(0, rows.length - back), start);
    const held = (back: number): boolean => holds(rule, value(back), limit);
    for (let back = 0; back < rule.times; back++) if (!held(back)) return [];
    const now = value(0);
    return held(rule.times) || now === undefined ? [] : [{ rule, step, value: now, limit }];
  });
}

/** The number that a rule's figure is compared with; undefined as long as the run's start was not measured. */
export function limitOf(rule: StopRule, start: readonly StepRow[]): number | undefined {
  if (rule.relative === 'none') return rule.limit;
  const first = figuresOf(start, start)[rule.metric];
  if (first === undefined || first.n < rule.cases) return undefined;
  return rule.relative === 'plus' ? first.value + rule.limit : first.value * rule.limit;
}

function holds(rule: StopRule, value: number | undefined, limit: number): boolean {
  return value !== undefined && (rule.comparison === '>' ? value > limit : value < limit);
}

/** The figure over the window that ends with the last row; undefined where it was not measured. */
function windowed(rule: StopRule, rows: readonly StepRow[], start: readonly StepRow[]): number | undefined {
  if (rows.length < rule.window) return undefined;
  // The start cannot have left itself behind; before it is over, nothing is known of it.
  const fromStart = rule.relative !== 'none' || rule.metric === 'gap';
  if (fromStart && (rows.at(-1)?.step ?? 0) <= (start.at(-1)?.step ?? 0)) return undefined;
  const window = rows.slice(rows.length - rule.window);
  if (rule.of === 'unmeasured') return unmeasuredShare(window, rule.metric);
  const figure = figuresOf(window, start)[rule.metric];
  return figure === undefined || figure.n < rule.cases ? undefined : figure.value;
}

function unmeasuredShare(window: readonly StepRow[], metric: Metric): number {
  return window.filter((row) => isUnmeasured(row, metric)).length / window.length;
}
