import { AppError } from '../../core/error.ts';
import { Metric, metrics, StopRule } from './rule-schema.ts';

const number = String.raw`\d+(?:\.\d+)?(?:e[+-]?\d+)?`;
const grammar = new RegExp(
  String.raw`^(unmeasured\()?([a-z-]+)(\))?([<>])(?:(-?${number})\*start|start([+-]${number})|(-?${number}))(?:@(\d+))?(?:#(\d+))?(?::(\d+))?$`,
);

/**
 * A rule from its text: `kl>10:5` (above 10 at five steps in a row), `unscored>0.2@10` (over the last ten steps),
 * `length>2*start`, `benign-refusals>start+0.2@20#20` (of at least twenty cases), `unmeasured(loss)>0:3`.
 * `invalid_input`, with what is wrong, for any other text.
 */
export function parseRule(text: string, action: StopRule['action']): StopRule {
  const found = grammar.exec(text.replaceAll(/\s/g, ''));
  const [, opened, name, closed, comparison, times, plus, limit, window, cases, inARow] = found ?? [];
  if (found === null || (opened === undefined) !== (closed === undefined))
    throw new AppError(
      'invalid_input',
      `"${text}" is not a rule. Write METRIC>LIMIT or METRIC<LIMIT, then what is needed of @WINDOW, #CASES, :TIMES; for example kl>10:5 or length>2*start@10.`,
    );
  const metric = Metric.safeParse(name);
  if (!metric.success)
    throw new AppError('invalid_input', `"${text}": there is no metric "${name}"; there are ${metrics.join(', ')}.`);
  return StopRule.parse({
    metric: metric.data,
    of: opened === undefined ? 'value' : 'unmeasured',
    comparison,
    limit: Number(times ?? plus ?? limit),
    relative: times !== undefined ? 'times' : plus !== undefined ? 'plus' : 'none',
    ...counts({ window, cases, times: inARow }),
    action,
  });
}

function counts(given: Record<string, string | undefined>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, Number(value)]])),
  );
}

/** The text of a rule, by which alarms name it; `parseRule` reads it back. */
export function ruleText(rule: StopRule): string {
  const { metric, of, comparison, limit, relative, window, cases, times } = rule;
  const figure = of === 'value' ? metric : `unmeasured(${metric})`;
  const signed = limit < 0 ? `start${limit}` : `start+${limit}`;
  const against = relative === 'none' ? `${limit}` : relative === 'times' ? `${limit}*start` : signed;
  const parts = [
    [window, '@'],
    [cases, '#'],
    [times, ':'],
  ] as const;
  return `${figure}${comparison}${against}${parts.map(([count, sign]) => (count === 1 ? '' : `${sign}${count}`)).join('')}`;
}
