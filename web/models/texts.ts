import type { LineageEdge, NodeKind } from '../../src/governance/lineage-schema.ts';
import type { ModelKind } from '../../src/registry/schema.ts';
import type { Text } from '../app/messages.ts';

/** The words of the pages on models. `{name}` stands for a value that the page fills in. */
export const texts = {
  title: { en: 'Models', zh: '模型' },
  none: {
    en: 'No model is registered. A trained run or weights from elsewhere are registered on the command line.',
    zh: '尚未登记任何模型。训练所得或外来的权重可通过命令行登记。',
  },
  all: { en: 'All models', zh: '全部模型' },
  model: { en: 'Model', zh: '模型' },
  state: { en: 'State', zh: '状态' },
  kind: { en: 'Kind', zh: '类型' },
  base: { en: 'Trained from', zh: '训练起点' },
  release: { en: 'Release', zh: '数据发布' },
  run: { en: 'Run', zh: '训练任务' },
  digest: { en: 'Digest', zh: '摘要' },
  approvedBy: { en: 'Approved by', zh: '批准人' },
  warnings: { en: 'Warnings', zh: '警告' },
  seen: { en: 'has seen {count} questions of evaluation sets', zh: '训练中见过 {count} 道评测题' },
  alike: { en: '{count} near-duplicates of evaluation questions', zh: '与 {count} 道评测题近似' },
  unverified: { en: 'files not read here', zh: '文件未在此处读取' },
  nothing: { en: 'none', zh: '无' },
  trainingQuestions: { en: 'Questions trained on, with its line', zh: '含各级起点在内的训练题数' },
  lineage: { en: 'Where it comes from and what was measured of it', zh: '来源与测量结果' },
  lineageDrawn: {
    en: 'Data and weights run from left to right. The table below says the same.',
    zh: '数据与权重自左向右流动，下表内容与图相同。',
  },
  what: { en: 'What', zh: '种类' },
  name: { en: 'Name', zh: '名称' },
  comesFrom: { en: 'Comes from', zh: '来自' },
  thisModel: { en: 'this model', zh: '本模型' },
  runs: { en: 'Training runs behind it', zh: '相关训练任务' },
  stage: { en: 'Stage', zh: '阶段' },
  rows: { en: 'Rows', zh: '行数' },
  steps: { en: 'Steps', zh: '步数' },
  time: { en: 'Minutes', zh: '用时（分钟）' },
  figures: { en: 'Figures', zh: '数值' },
  noRuns: { en: 'No training run here is known behind it.', zh: '此处没有与之相关的训练任务。' },
  measured: { en: 'What was measured of it', zh: '对它的测量' },
  noMeasure: {
    en: 'It has not been evaluated or attacked yet.',
    zh: '尚未进行评测或红队测试。',
  },
  evaluation: { en: 'Evaluation', zh: '评测' },
  campaign: { en: 'Red team', zh: '红队测试' },
  set: { en: 'Set', zh: '题集' },
  correct: { en: 'Correct', zh: '正确率' },
  interval: { en: '95 % interval', zh: '95% 区间' },
  unanswered: { en: 'Unanswered', zh: '未作答' },
  guessing: { en: 'Guessing', zh: '猜测水平' },
  contaminated: { en: 'Seen in training', zh: '训练中见过' },
  rate: { en: '{percent} % ({count} of {n})', zh: '{percent}%（{n} 个中 {count} 个）' },
  noRate: {
    en: 'no rate: nothing decided, or withheld below the judge’s gate',
    zh: '无比率：无已判定样本，或评判模型未达门槛',
  },
  range: { en: '{low} to {high} %', zh: '{low}% 至 {high}%' },
  noInterval: { en: 'no interval', zh: '无区间' },
  unsafe: { en: 'Unsafe replies to attacks', zh: '对攻击的不安全回复' },
  overRefusal: { en: 'Refused benign twins', zh: '被拒绝的良性对照' },
  outcome: { en: 'Outcome', zh: '结果' },
  undecided: { en: 'Undecided', zh: '未定' },
  bounds: { en: 'Bounds', zh: '上下界' },
  boundsNote: {
    en: 'Bounds: the rates if no undecided reply counted, and if all of them did.',
    zh: '上下界：未定回复全不计入与全部计入时的比率。',
  },
  judge: { en: 'judged by {name}', zh: '评判者：{name}' },
  asTarget: { en: 'as “{name}”, {date}', zh: '目标名“{name}”，{date}' },
  unfinished: { en: 'unfinished', zh: '未完成' },
  ablations: { en: 'Ablations it is an arm of', zh: '所属消融试验' },
  overlap: { en: 'What of the evaluation sets it has seen', zh: '训练中见过的评测题' },
  overlapNone: {
    en: 'None of the questions that it and its line were trained on here is in an evaluation set, as the sets are now. What came with the first weights is not known.',
    zh: '就目前的评测集而言，它及各级起点在此处的训练题均不在其中。初始权重训练时见过什么无从得知。',
  },
  overlapExact: {
    en: '{set}: {count} questions word for word, for example {ids}. It cannot be approved.',
    zh: '{set}：{count} 道题完全相同，例如 {ids}。因此不能批准。',
  },
  overlapNear: {
    en: '{set}: {count} questions read nearly like one it was trained on, for example {benchmark} like {training} (similarity {similarity}).',
    zh: '{set}：{count} 道题与训练题措辞近似，例如 {benchmark} 与 {training}（相似度 {similarity}）。',
  },
  nearNote: {
    en: 'Near is likeness of wording only, from {threshold} on: a question and its negation read alike. Approving it needs a note that says why this does not matter.',
    zh: '“近似”仅指措辞相似（阈值 {threshold}）：一道题与其否定形式读来也很相似。批准时须注明为何无妨。',
  },
  notCompared: {
    en: '{count} erased training questions could not be compared in wording.',
    zh: '{count} 道已删除的训练题无法比对措辞。',
  },
  files: { en: 'Files and signature', zh: '文件与签名' },
  file: { en: 'File', zh: '文件' },
  signed: {
    en: 'A statement about these files was signed with the key of the log on {date}.',
    zh: '已于 {date} 用日志密钥签署关于这些文件的声明。',
  },
  unsigned: {
    en: 'No statement about these files is signed: they were not all on this machine. Approving the model where they are signs it.',
    zh: '尚未签署关于这些文件的声明，因为它们未全部位于本机。在文件所在处批准该模型即会签署。',
  },
  download: { en: 'Download the signed statement', zh: '下载已签署的声明' },
  checkFiles: {
    en: 'Whoever has the files, the statement and the key checks them without this server:',
    zh: '持有文件、声明和密钥的任何人都可脱离本服务器进行核对：',
  },
  changes: { en: 'Changes of state', zh: '状态变更' },
  registered: { en: 'Registered', zh: '登记' },
  approved: { en: 'Approved', zh: '批准' },
  retired: { en: 'Retired', zh: '退役' },
  by: { en: 'By', zh: '操作人' },
  at: { en: 'When', zh: '时间' },
  why: { en: 'Why', zh: '理由' },
  change: { en: 'Change', zh: '变更' },
  approve: { en: 'Sign and approve', zh: '签名并批准' },
  approveNote: {
    en: 'Approving lets the gateway serve this model. Its files are read again, and its training is compared with the evaluation sets once more.',
    zh: '批准后网关即可提供该模型。系统会重新读取其文件，并再次将其训练内容与评测集比对。',
  },
  ownModel: {
    en: 'You registered this model; somebody else has to approve it.',
    zh: '该模型由您登记，须由他人批准。',
  },
  note: { en: 'Note', zh: '备注' },
  retire: { en: 'Sign and retire', zh: '签名并退役' },
  retireNote: {
    en: 'A retired model is served no more and is never approved again.',
    zh: '退役后的模型不再提供，也不能再次批准。',
  },
  reason: { en: 'Reason', zh: '理由' },
  decide: { en: 'Decide', zh: '决定' },
} satisfies Record<string, Text>;

export const nodeKinds: Record<NodeKind, Text> = {
  release: { en: 'Release', zh: '数据发布' },
  run: { en: 'Training run', zh: '训练任务' },
  model: { en: 'Model', zh: '模型' },
  evaluation: { en: 'Evaluation', zh: '评测' },
  campaign: { en: 'Red team', zh: '红队测试' },
  ablation: { en: 'Ablation', zh: '消融试验' },
};

export const relations: Record<LineageEdge['relation'], Text> = {
  data: { en: 'trained on {name}', zh: '训练数据：{name}' },
  base: { en: 'weights of {name}', zh: '权重来自 {name}' },
  continued: { en: 'continues {name}', zh: '接续 {name}' },
  reward: { en: 'rewarded by {name}', zh: '奖励模型：{name}' },
  wrote: { en: 'written by {name}', zh: '产自 {name}' },
  measured: { en: 'of {name}', zh: '对象：{name}' },
};

export const modelKinds: Record<ModelKind, Text> = {
  base: { en: 'complete weights', zh: '完整权重' },
  adapter: { en: 'adapter', zh: '适配器' },
};
