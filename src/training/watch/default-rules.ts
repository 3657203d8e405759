import type { TrainingStage } from '../schema.ts';
import type { StopRule, Watch } from './rule-schema.ts';
import { parseRule, ruleText } from './rule-text.ts';

type Default = [text: string, action: StopRule['action'], because: string];

const diverged: Default[] = [
  ['unmeasured(loss)>0:3', 'stop', 'The loss is no number any more: nothing that follows can be used.'],
  ['unmeasured(gradient-norm)>0:3', 'stop', 'The gradient is no number any more: the weights are or will be none.'],
];

const supervised: Default[] = [
  ...diverged,
  [
    'loss>2*start@5:3',
    'stop',
    'The loss has doubled since the beginning: the learning rate is too high, or data is broken.',
  ],
  ['gradient-norm>10*start@5:3', 'warn', 'Gradients ten times those of the beginning often come before a divergence.'],
];

const pairs: Default[] = [
  ...supervised,
  ['pair-accuracy<0.5@50:10', 'warn', 'The better of two answers is found no more often than by chance.'],
];

const reinforcement: Default[] = [
  ...diverged,
  ['kl>1:5', 'warn', 'The policy writes very differently from the model it began with.'],
  ['kl>10:5', 'stop', 'The policy has left the model it began with: what it learned there is likely gone.'],
  ['entropy<0.1:10', 'warn', 'Nearly every token is certain: the policy explores no more, and groups become equal.'],
  ['unscored>0.2@10', 'stop', 'A fifth of the rewards of ten steps are missing: mend the judge before going on.'],
  ['zero-variance>0.9@20', 'warn', 'Nearly all groups got equal rewards: they teach nothing but the KL term.'],
  ['gap>1@20#20:5', 'warn', 'The reward rises faster than the held-out score: the policy may be learning the judge.'],
  ['gap>2@20#20:5', 'stop', 'The reward has left the held-out score far behind: the policy has learned the judge.'],
  ['benign-refusals>start+0.2@20#20', 'stop', 'Benign questions are refused much more often than at the beginning.'],
  ['harmful-refusals<start-0.2@20#20', 'stop', 'Harmful requests are refused much less often than at the beginning.'],
  ['format<0.5@10#20:5', 'warn', 'Half of the completions are no whole reasoning trace with an answer.'],
  ['length>2*start@10:5', 'warn', 'Completions are twice as long as at the beginning: length may pay.'],
  ['length<0.3*start@10:5', 'warn', 'Completions have collapsed to less than a third of their first length.'],
  ['length-score>0.7@20#20:5', 'warn', 'Longer completions get better scores: the judge may be paying for length.'],
  ['clipped>0.8@10:5', 'warn', 'Most completions are cut off at the limit: their ends are never judged.'],
];

const byStage: Record<TrainingStage, Default[]> = { sft: supervised, reward: pairs, dpo: pairs, grpo: reinforcement };

/** The default rules of a stage with their reasons. Their limits are places to begin, not measured thresholds. */
export function defaultRules(stage: TrainingStage): StopRule[] {
  return byStage[stage].map(([text, action, because]) => ({ ...parseRule(text, action), because }));
}

/** The rules of a run: its own, and those default ones that no own rule of the same metric and direction replaces. */
export function rulesOf(stage: TrainingStage, watch: Watch | undefined): StopRule[] {
  const own = new Map((watch?.rules ?? []).map((rule) => [ruleText(rule), rule]));
  const subject = (rule: StopRule): string => `${rule.metric} ${rule.of} ${rule.comparison}`;
  const taken = new Set([...own.values()].map(subject));
  const defaults = watch?.defaults === false ? [] : defaultRules(stage).filter((rule) => !taken.has(subject(rule)));
  return [...own.values(), ...defaults];
}
