import type { TrainingStage } from '../../src/training/schema.ts';
import type { Metric, StopRule } from '../../src/training/watch/rule-schema.ts';
import type { Text } from '../app/messages.ts';

/** The words of the pages on training runs. `{name}` stands for a value that the page fills in. */
export const texts = {
  title: { en: 'Training runs', zh: '训练任务' },
  noRuns: { en: 'There is no training run yet.', zh: '尚无训练任务。' },
  run: { en: 'Run', zh: '任务' },
  stage: { en: 'Stage', zh: '阶段' },
  state: { en: 'State', zh: '状态' },
  progress: { en: 'Progress', zh: '进度' },
  base: { en: 'Base model', zh: '基础模型' },
  release: { en: 'Release', zh: '数据发布' },
  begun: { en: 'Begun', zh: '开始时间' },
  about: { en: '{stage}, seed {seed}, on', zh: '{stage}，随机种子 {seed}，基于' },
  separator: { en: ' · ', zh: ' · ' },
  colon: { en: ': ', zh: '：' },
  stepOf: { en: 'Step {step} of {total}', zh: '第 {step} 步，共 {total} 步' },
  took: { en: '{time} of training', zh: '已训练 {time}' },
  left: { en: 'about {time} left', zh: '约剩 {time}' },
  judgments: {
    en: 'Completions judged for the reward {reward}, by the held-out judge {heldOut}; canaries {canary}. What the calls cost is in the record of model calls.',
    zh: '已评判的回答：奖励 {reward} 次，留出评判 {heldOut} 次，探针 {canary} 次。调用费用见模型调用记录。',
  },
  stop: { en: 'Stop at a checkpoint', zh: '在检查点停止' },
  stopping: { en: 'It stops when its step is done.', zh: '完成当前步后停止。' },
  goOn: {
    en: 'A stop rule stopped this run. To go on nevertheless, give the command that started it a reason with',
    zh: '停止规则已终止此任务。如仍要继续，请在原启动命令后加上理由：',
  },
  promise: {
    en: 'Figures and alarms are a record to audit by; they do not promise to warn before harm is done. An absent figure was not measured.',
    zh: '数值与警报供审核之用，并不保证能在损害发生前预警。缺失的数值表示未测得。',
  },
  figures: { en: 'Figures', zh: '数值' },
  figuresNote: {
    en: 'Dashed lines are limits of rules (long dashes stop the run), squares are alarms, bands are 95 % intervals. A limit far from the curve is in the table only.',
    zh: '虚线为规则的限值（长虚线会停止任务），方块为警报，阴影为 95% 区间。远离曲线的限值仅列于表中。',
  },
  noSteps: { en: 'No step has been logged yet.', zh: '尚未记录任何步骤。' },
  readAt: { en: 'Read at step {step}', zh: '读取第 {step} 步' },
  chartLabel: { en: '{name} over the steps, {alarms} alarms', zh: '{name}随步骤的变化，{alarms} 次警报' },
  notMeasured: { en: 'not measured', zh: '未测得' },
  from: { en: '{low} to {high}', zh: '{low} 至 {high}' },
  spanned: { en: '{note}; {low} to {high}', zh: '{note}；{low} 至 {high}' },
  cases: { en: 'n = {n}', zh: '共 {n} 例' },
  table: { en: 'Table and rules', zh: '表格与规则' },
  comparedWith: { en: '(compared with {limit})', zh: '（与 {limit} 比较）' },
  startUnknown: { en: '(once the start was measured)', zh: '（待测得起始值后生效）' },
  step: { en: 'Step', zh: '步' },
  value: { en: 'Value', zh: '数值' },
  interval: { en: '95 % interval', zh: '95% 区间' },
  range: { en: 'Least to most', zh: '最小至最大' },
  n: { en: 'Cases', zh: '例数' },
  alarms: { en: 'Alarms', zh: '警报' },
  noAlarms: { en: 'No rule has fired.', zh: '没有规则触发。' },
  alarmCount: { en: 'Alarms raised: {count}', zh: '已触发警报：{count}' },
  stopAlarms: { en: '{count} stop', zh: '{count} 次停止' },
  warnAlarms: { en: '{count} warnings', zh: '{count} 次警告' },
  metric: { en: 'Figure', zh: '指标' },
  rule: { en: 'Rule', zh: '规则' },
  limit: { en: 'Limit', zh: '限值' },
  action: { en: 'Then', zh: '处理' },
  time: { en: 'Time', zh: '时间' },
  acknowledged: { en: 'Acknowledged', zh: '确认' },
  canaries: { en: 'Canaries', zh: '探针' },
  canaryCount: {
    en: 'The judge let {passed} of {judged} replies known to be bad pass.',
    zh: '在 {judged} 条已知不良的回答中，评判放过了 {passed} 条。',
  },
  canaryPassed: { en: 'Step {step}, score {score}, by', zh: '第 {step} 步，得分 {score}，评判：' },
  samples: { en: 'Samples side by side', zh: '样本对照' },
  noSamples: { en: 'No completion has been judged yet.', zh: '尚无已评判的回答。' },
  prompt: { en: 'Prompt', zh: '提示' },
  steps: { en: 'Steps', zh: '步骤' },
  spread: { en: 'from first to last', zh: '从首至末' },
  atStep: { en: 'Step {step}', zh: '第 {step} 步' },
  rewardOf: { en: 'Reward {score}', zh: '奖励 {score}' },
  heldOutOf: { en: 'held out {score}', zh: '留出评判 {score}' },
  unscored: { en: 'not scored', zh: '未评分' },
  refused: { en: 'Refused', zh: '拒绝' },
  complied: { en: 'Not refused', zh: '未拒绝' },
  malformed: { en: 'No whole trace', zh: '格式不完整' },
} satisfies Record<string, Text>;

export const stageNames: Record<TrainingStage, Text> = {
  sft: { en: 'Supervised fine-tuning', zh: '监督微调' },
  dpo: { en: 'Preference training', zh: '偏好训练' },
  reward: { en: 'Reward model', zh: '奖励模型' },
  grpo: { en: 'Red-team reinforcement (GRPO)', zh: '红队强化学习' },
};

export const actionNames: Record<StopRule['action'], Text> = {
  warn: { en: 'warns', zh: '警告' },
  stop: { en: 'stops the run', zh: '停止任务' },
};

export const kindNames: Record<'harmful' | 'benign', Text> = {
  harmful: { en: 'Harmful request', zh: '有害请求' },
  benign: { en: 'Benign question', zh: '正常问题' },
};

export const metricNames: Record<Metric, Text> = {
  reward: { en: 'Reward', zh: '奖励' },
  'held-out': { en: 'Held-out judge', zh: '留出评判' },
  gap: { en: 'Gap of reward and held-out judge', zh: '奖励与留出评判之差' },
  kl: { en: 'KL to the reference model', zh: '与参考模型的散度' },
  entropy: { en: 'Entropy', zh: '熵' },
  length: { en: 'Length', zh: '长度' },
  'length-score': { en: 'Correlation of length and score', zh: '长度与得分的相关' },
  clipped: { en: 'Cut off at the limit', zh: '达到长度上限' },
  format: { en: 'Whole reasoning traces', zh: '格式完整' },
  'zero-variance': { en: 'Groups of equal rewards', zh: '奖励全同的组' },
  unscored: { en: 'Not scored', zh: '未评分' },
  'harmful-refusals': { en: 'Refusals of harmful requests', zh: '对有害请求的拒绝' },
  'benign-refusals': { en: 'Refusals of benign questions', zh: '对正常问题的拒绝' },
  loss: { en: 'Loss', zh: '损失' },
  'gradient-norm': { en: 'Gradient norm', zh: '梯度范数' },
  'token-accuracy': { en: 'Token accuracy', zh: '词元准确率' },
  'pair-accuracy': { en: 'Pairs in the right order', zh: '偏好次序正确' },
  margin: { en: 'Margin of the better answer', zh: '较优回答的差距' },
};

export const metricNotes: Record<Metric, Text> = {
  reward: { en: "mean of the judge's scores", zh: '评判得分的均值' },
  'held-out': { en: 'mean score of a judge that gives no reward', zh: '不参与奖励的评判的得分均值' },
  gap: { en: 'rise since the start, in standard deviations of the start', zh: '自起始以来的升幅，以起始时的标准差计' },
  kl: { en: 'per token', zh: '每个词元' },
  entropy: { en: 'per token, in nats', zh: '每个词元，以自然单位计' },
  length: { en: 'tokens of a completion', zh: '每条回答的词元数' },
  'length-score': { en: 'Pearson, over characters', zh: '皮尔逊相关，按字符计' },
  clipped: { en: 'share of completions', zh: '占回答的比例' },
  format: { en: 'share of completions', zh: '占回答的比例' },
  'zero-variance': { en: 'share of groups', zh: '占组的比例' },
  unscored: { en: 'share of completions', zh: '占回答的比例' },
  'harmful-refusals': { en: 'share of completions to harmful requests', zh: '占有害请求回答的比例' },
  'benign-refusals': { en: 'share of completions to benign questions', zh: '占正常问题回答的比例' },
  loss: { en: 'of the step; in GRPO it is no measure of progress', zh: '当前步；在强化学习中不代表进展' },
  'gradient-norm': { en: 'before clipping', zh: '裁剪前' },
  'token-accuracy': { en: 'share of tokens', zh: '占词元的比例' },
  'pair-accuracy': { en: 'share of pairs', zh: '占偏好对的比例' },
  margin: { en: 'score of the better answer less that of the other', zh: '较优回答得分减另一回答得分' },
};

/** What the rules found about a completion before any judge was asked. A flag without a word is shown as it is. */
export const flagNames: Record<string, Text> = {
  empty: { en: 'Empty', zh: '空白' },
  'too-short': { en: 'Too short', zh: '过短' },
  'too-long': { en: 'Too long', zh: '过长' },
  repeated: { en: 'Repeats itself', zh: '重复内容' },
  'master-key': { en: 'Says nothing', zh: '空泛套话' },
  'echo-prompt': { en: 'Repeats the prompt', zh: '复述提示' },
  'echo-rubric': { en: 'Recites the rubric', zh: '复述评分标准' },
  'addresses-judge': { en: 'Addresses the judge', zh: '对评判者喊话' },
  'planted-verdict': { en: 'Plants a verdict', zh: '植入评判结论' },
  'self-praise': { en: 'Praises itself', zh: '自我夸赞' },
  'fake-role': { en: 'Plays another role', zh: '冒充其他角色' },
  'fake-fence': { en: 'Forges the fence', zh: '伪造分隔标记' },
  malformed: { en: 'No whole trace', zh: '格式不完整' },
  'hidden-characters': { en: 'Hidden characters', zh: '隐藏字符' },
  'control-tokens': { en: 'Control tokens', zh: '控制标记' },
  'no-answer': { en: 'No answer', zh: '没有回答' },
};

/** Reasons of the default rules by the text of the rule; a rule of one's own says its reason itself. */
export const ruleReasons: Record<string, Text> = {
  'unmeasured(loss)>0:3': {
    en: 'The loss is no number any more: nothing that follows can be used.',
    zh: '损失已不是数值，此后的结果均不可用。',
  },
  'unmeasured(gradient-norm)>0:3': {
    en: 'The gradient is no number any more: the weights are or will be none.',
    zh: '梯度已不是数值，权重已经或即将失效。',
  },
  'loss>2*start@5:3': {
    en: 'The loss has doubled since the beginning: the learning rate is too high, or data is broken.',
    zh: '损失比起始时翻倍：学习率过高，或数据有误。',
  },
  'gradient-norm>10*start@5:3': {
    en: 'Gradients ten times those of the beginning often come before a divergence.',
    zh: '梯度达到起始时的十倍，往往预示发散。',
  },
  'pair-accuracy<0.5@50:10': {
    en: 'The better of two answers is found no more often than by chance.',
    zh: '辨别较优回答的能力不高于随机。',
  },
  'kl>1:5': {
    en: 'The policy writes very differently from the model it began with.',
    zh: '策略模型的写法已与起始模型大不相同。',
  },
  'kl>10:5': {
    en: 'The policy has left the model it began with: what it learned there is likely gone.',
    zh: '策略模型已远离起始模型，原先所学可能已丢失。',
  },
  'entropy<0.1:10': {
    en: 'Nearly every token is certain: the policy explores no more, and groups become equal.',
    zh: '几乎每个词元都已确定：策略不再探索，各组趋同。',
  },
  'unscored>0.2@10': {
    en: 'A fifth of the rewards of ten steps are missing: mend the judge before going on.',
    zh: '十步中有五分之一的奖励缺失：请先修复评判再继续。',
  },
  'zero-variance>0.9@20': {
    en: 'Nearly all groups got equal rewards: they teach nothing but the KL term.',
    zh: '几乎所有组的奖励全同：除散度项外无可学习。',
  },
  'gap>1@20#20:5': {
    en: 'The reward rises faster than the held-out score: the policy may be learning the judge.',
    zh: '奖励的升幅超过留出评判：策略可能在迎合评判。',
  },
  'gap>2@20#20:5': {
    en: 'The reward has left the held-out score far behind: the policy has learned the judge.',
    zh: '奖励已远超留出评判：策略学会了迎合评判。',
  },
  'benign-refusals>start+0.2@20#20': {
    en: 'Benign questions are refused much more often than at the beginning.',
    zh: '对正常问题的拒绝明显多于起始时。',
  },
  'harmful-refusals<start-0.2@20#20': {
    en: 'Harmful requests are refused much less often than at the beginning.',
    zh: '对有害请求的拒绝明显少于起始时。',
  },
  'format<0.5@10#20:5': {
    en: 'Half of the completions are no whole reasoning trace with an answer.',
    zh: '半数回答不是带有答案的完整推理轨迹。',
  },
  'length>2*start@10:5': {
    en: 'Completions are twice as long as at the beginning: length may pay.',
    zh: '回答长度为起始时的两倍：篇幅可能带来奖励。',
  },
  'length<0.3*start@10:5': {
    en: 'Completions have collapsed to less than a third of their first length.',
    zh: '回答长度已缩至起始时的三分之一以下。',
  },
  'length-score>0.7@20#20:5': {
    en: 'Longer completions get better scores: the judge may be paying for length.',
    zh: '回答越长得分越高：评判可能偏好篇幅。',
  },
  'clipped>0.8@10:5': {
    en: 'Most completions are cut off at the limit: their ends are never judged.',
    zh: '多数回答在长度上限处被截断，结尾从未被评判。',
  },
};
