import type { AnswerState, InstanceState } from '../../src/generation/schema.ts';
import type { PartName, StageName } from '../../src/governance/schema.ts';
import type { JobKind, JobState } from '../../src/jobs/schema.ts';
import type { ErasureReason } from '../../src/ledger/erasure/schema.ts';
import type { EventType } from '../../src/ledger/event-types.ts';
import type { Language, QuestionKind } from '../../src/profile/schema.ts';
import type { ExclusionCode, ReleaseState } from '../../src/release/schema.ts';
import type { PanelTrigger, PanelVote, Verdict } from '../../src/review/schema.ts';
import type { EventState } from '../verify/chain.ts';
import type { FaultCode } from '../verify/fault.ts';
import type { Text } from './messages.ts';

/*
 * The words for the codes that the system's own records hold. Each table has exactly the codes of its schema: a new
 * code without a word is a type error. (Criteria, dimensions, reasons and severities are named by the profile.)
 */

export const kinds: Record<QuestionKind, Text> = {
  knowledge: { en: 'Knowledge', zh: '知识' },
  guard: { en: 'Guard', zh: '安全防护' },
  ethics: { en: 'Ethics', zh: '伦理' },
};

export const languages: Record<Language, Text> = {
  en: { en: 'English', zh: '英文' },
  zh: { en: 'Chinese', zh: '中文' },
};

export const instanceStates: Record<InstanceState, Text> = {
  generating: { en: 'Waits for the teacher', zh: '等待教师模型' },
  'in-review': { en: 'In review', zh: '评审中' },
  confirming: { en: 'Edit to be confirmed', zh: '编辑待确认' },
  panel: { en: 'With the panel', zh: '专家组审议中' },
  accepted: { en: 'Accepted', zh: '已接受' },
  rejected: { en: 'Rejected', zh: '已拒绝' },
};

export const stages: Record<StageName, Text> = {
  questions: { en: 'Questions', zh: '问题' },
  traces: { en: 'Reasoning traces', zh: '推理轨迹' },
  reviews: { en: 'Reviews', zh: '评审' },
  panel: { en: 'Panel cases', zh: '专家组案例' },
  instances: { en: 'Instances', zh: '实例' },
  releases: { en: 'Releases', zh: '数据发布' },
  training: { en: 'Training runs', zh: '训练任务' },
  models: { en: 'Models', zh: '模型' },
  redteam: { en: 'Red-team campaigns', zh: '红队测试' },
  evaluation: { en: 'Evaluations', zh: '评测' },
  evidence: { en: 'Evidence packs', zh: '证据包' },
};

export const parts: Record<PartName, Text> = {
  ...kinds,
  ...instanceStates,
  benchmark: { en: 'Benchmark', zh: '基准测试' },
  malformed: { en: 'Malformed', zh: '格式有误' },
  'answer-differs': { en: 'Answer differs from key', zh: '与标准答案不符' },
  edits: { en: 'Edits', zh: '编辑' },
  decided: { en: 'Decided', zh: '已决定' },
  open: { en: 'Open', zh: '未决' },
  complete: { en: 'Complete', zh: '已完成' },
  unfinished: { en: 'Not finished', zh: '未完成' },
  draft: { en: 'Draft', zh: '草稿' },
  sealed: { en: 'Sealed', zh: '已封存' },
  frozen: { en: 'Frozen', zh: '已冻结' },
  specified: { en: 'Waiting', zh: '等待中' },
  running: { en: 'Running', zh: '运行中' },
  succeeded: { en: 'Succeeded', zh: '成功' },
  failed: { en: 'Failed', zh: '失败' },
  stopped: { en: 'Stopped', zh: '已停止' },
  candidate: { en: 'Candidate', zh: '候选' },
  approved: { en: 'Approved', zh: '已批准' },
  retired: { en: 'Retired', zh: '已退役' },
};

export const verdicts: Record<Verdict, Text> = {
  accept: { en: 'Accept', zh: '接受' },
  'accept-with-edits': { en: 'Accept with edits', zh: '编辑后接受' },
  regenerate: { en: 'Regenerate', zh: '重新生成' },
  reject: { en: 'Reject', zh: '拒绝' },
  escalate: { en: 'Escalate to the panel', zh: '提交专家组' },
};

export const panelTriggers: Record<PanelTrigger, Text> = {
  'five-strikes': { en: 'Too many failed rounds', zh: '失败轮次达到上限' },
  critical: { en: 'Critical finding', zh: '危急问题' },
  escalated: { en: 'Asked for by a reviewer', zh: '评审者提请' },
  'conflicting-edits': { en: 'Conflicting edits', zh: '编辑相互冲突' },
  'split-verdict': { en: 'Reviewers disagree', zh: '评审意见不一' },
  'guideline-amended': { en: 'Again, under the amended guideline', zh: '依修订后的指南再次审议' },
  referred: { en: 'Referred by an adjudicator', zh: '由裁定人转交' },
};

export const panelVotes: Record<PanelVote, Text> = {
  accept: { en: 'Accept', zh: '接受' },
  'accept-edited': { en: 'Accept as edited', zh: '编辑后接受' },
  reject: { en: 'Reject', zh: '拒绝' },
  regenerate: { en: 'Write anew (a strike)', zh: '重新撰写（计一次失败）' },
  refer: { en: 'Refer to the panel', zh: '转交专家组' },
  'return-batch': { en: 'Return the whole batch', zh: '退回整批' },
  'amend-guideline': { en: 'Amend the guideline first', zh: '先修订评审指南' },
};

export const answerStates: Record<AnswerState, Text> = {
  matches: { en: 'Agrees with the key', zh: '与标准答案一致' },
  differs: { en: 'Differs from the key', zh: '与标准答案不符' },
  unread: { en: 'No answer could be read', zh: '无法读出答案' },
  'no-key': { en: 'No key to compare with', zh: '没有可比对的标准答案' },
};

export const jobKinds: Record<JobKind, Text> = {
  corpus: { en: 'Corpus', zh: '语料' },
  generation: { en: 'Generation', zh: '生成' },
  training: { en: 'Training', zh: '训练' },
  redteam: { en: 'Red team', zh: '红队测试' },
  evaluation: { en: 'Evaluation', zh: '评测' },
  ablation: { en: 'Ablation', zh: '消融试验' },
};

export const jobStates: Record<JobState, Text> = {
  queued: { en: 'Queued', zh: '排队中' },
  running: { en: 'Running', zh: '运行中' },
  done: { en: 'Done', zh: '已完成' },
  failed: { en: 'Failed', zh: '失败' },
  stopped: { en: 'Stopped', zh: '已停止' },
};

export const events: Record<EventType, Text> = {
  'corpus.imported': { en: 'Corpus imported', zh: '导入语料' },
  'corpus.screened': { en: 'Corpus screened', zh: '筛查语料' },
  'probes.imported': { en: 'Probes imported', zh: '导入探测提示' },
  'labels.imported': { en: 'Labels imported', zh: '导入标注' },
  'case.imported': { en: 'Question taken in', zh: '收录问题' },
  'generation.recorded': { en: 'Trace generated', zh: '生成推理轨迹' },
  'review.signed': { en: 'Review signed', zh: '签署评审' },
  'edit.signed': { en: 'Edit confirmed', zh: '确认编辑' },
  'strike.recorded': { en: 'Strike', zh: '记录一次失败' },
  'case.unmasked': { en: 'Reviewers unmasked', zh: '查看了评审者身份' },
  'panel.opened': { en: 'Panel opened', zh: '提交专家组' },
  'vote.signed': { en: 'Panel vote', zh: '专家组投票' },
  'adjudication.signed': { en: 'Panel decision', zh: '专家组决定' },
  'example.approved': { en: 'Accepted', zh: '实例已接受' },
  'example.rejected': { en: 'Rejected', zh: '实例已拒绝' },
  'example.withdrawn': { en: 'Withdrawn', zh: '实例已撤回' },
  'rubric.published': { en: 'Rubric published', zh: '发布评分标准' },
  'calibration.recorded': { en: 'Calibration recorded', zh: '记录校准' },
  'reviewer.enrolled': { en: 'Reviewer enrolled', zh: '登记评审者' },
  'reviewer.revoked': { en: 'Reviewer revoked', zh: '撤销评审者' },
  'key.rotated': { en: 'Key rotated', zh: '更换密钥' },
  'role.granted': { en: 'Role granted', zh: '授予角色' },
  'policy.published': { en: 'Policy published', zh: '发布政策' },
  'guideline.published': { en: 'Guideline published', zh: '发布评审指南' },
  'dataset.sealed': { en: 'Release sealed', zh: '封存数据发布' },
  'rewards.judged': { en: 'Rewards judged', zh: '评判奖励' },
  'rewards.canary-failed': { en: 'Judge let a canary pass', zh: '评判模型未识别探针' },
  'training.completed': { en: 'Training completed', zh: '训练完成' },
  'training.alarm': { en: 'Training alarm', zh: '训练警报' },
  'training.acknowledged': { en: 'Training alarm acknowledged', zh: '确认训练警报' },
  'model.registered': { en: 'Model registered', zh: '登记模型' },
  'model.approved': { en: 'Model approved', zh: '批准模型' },
  'model.retired': { en: 'Model retired', zh: '模型退役' },
  'ablation.completed': { en: 'Ablation completed', zh: '消融试验完成' },
  'eval.completed': { en: 'Evaluation completed', zh: '评测完成' },
  'eval.sealed': { en: 'Test set sealed', zh: '封存测试集' },
  'eval.submitted': { en: 'Sealed test set used', zh: '使用封存测试集' },
  'judge.calibrated': { en: 'Judge calibrated', zh: '校准评判模型' },
  'judgment.labelled': { en: 'Judgment labelled by a clinician', zh: '医师标注评判' },
  'redteam.completed': { en: 'Red-team campaign completed', zh: '红队测试完成' },
  'redteam.searched': { en: 'Adaptive search completed', zh: '自适应搜索完成' },
  'findings.opened': { en: 'Findings opened', zh: '问题已登记' },
  'finding.changed': { en: 'Finding changed', zh: '问题状态变更' },
  'study.registered': { en: 'Study registered', zh: '研究已预注册' },
  'study.amended': { en: 'Study amended', zh: '研究方案已修订' },
  'study.opened': { en: 'Study opened for rating', zh: '研究开放评分' },
  'study.rated': { en: 'Response rated', zh: '回答已评分' },
  'study.ratings-imported': { en: 'Ratings imported', zh: '导入评分' },
  'study.guessed': { en: 'Sources guessed', zh: '来源猜测已提交' },
  'study.closed': { en: 'Study closed', zh: '研究已结束' },
  'gate.decided': { en: 'Gate decided', zh: '关卡判定' },
  'evidence.issued': { en: 'Evidence issued', zh: '签发证据' },
  'incident.recorded': { en: 'Incident recorded', zh: '记录事件' },
  'erasure.executed': { en: 'Erasure executed', zh: '执行删除' },
};

/** What a job counts: the unit it reports. Jobs may report others, which are then left out. */
export const units: Record<string, Text> = {
  questions: { en: 'questions', zh: '个问题' },
  'questions screened': { en: 'questions screened', zh: '个问题已筛查' },
  traces: { en: 'traces', zh: '条推理轨迹' },
  judges: { en: 'judges', zh: '个评判模型' },
  'replies and judgments': { en: 'replies and judgments', zh: '个回复与评判' },
  replies: { en: 'replies', zh: '个回复' },
  steps: { en: 'steps', zh: '步' },
  models: { en: 'models', zh: '个模型' },
};

/** Why a trace could not be read, by the reason that the parser gives. */
export const malformedReasons: Record<string, Text> = {
  'no </think>': { en: 'the reasoning block is not closed', zh: '推理部分没有结束标记' },
  'more than one </think>': { en: 'the reasoning block is closed more than once', zh: '推理部分有多个结束标记' },
  'more than one <think>': { en: 'there is more than one reasoning block', zh: '推理部分有多个开始标记' },
  'text before <think>': { en: 'there is text before the reasoning', zh: '推理部分之前有其他文字' },
  'unclosed <answer>': { en: 'the answer is not closed', zh: '回答没有结束标记' },
  'no <answer>': { en: 'there is no answer', zh: '没有回答' },
  'more than one <answer>': { en: 'there is more than one answer', zh: '有多个回答' },
  'text outside the blocks': { en: 'there is text outside reasoning and answer', zh: '推理与回答之外有其他文字' },
  'empty <answer>': { en: 'the answer is empty', zh: '回答为空' },
  'nested <answer>': { en: 'an answer stands within another', zh: '回答标记嵌套' },
  'empty <think>': { en: 'the reasoning is empty', zh: '推理为空' },
};

export const eventStates: Record<EventState, Text> = {
  verified: { en: 'Verified', zh: '已验证' },
  unsigned: { en: 'Signature not checked', zh: '未检查签名' },
  pending: { en: 'Not yet in the log', zh: '尚未写入日志' },
  hidden: { en: 'Contents not shown to you', zh: '内容不对您显示' },
  erased: { en: 'Contents erased', zh: '内容已删除' },
  failed: { en: 'FAILED', zh: '未通过' },
};

export const releaseStates: Record<ReleaseState, Text> = {
  draft: parts.draft,
  sealed: parts.sealed,
  frozen: parts.frozen,
};

/** What a check in the browser found wrong. */
export const faults: Record<FaultCode, Text> = {
  unreachable: { en: 'The server did not hand out what is needed for the check', zh: '服务器未提供验证所需的数据' },
  'key-malformed': {
    en: 'A key of the log cannot be used, or its change is not in order',
    zh: '日志密钥无法使用，或密钥变更不合规则',
  },
  'key-changed': {
    en: "The log's key is not the one that this browser saw before",
    zh: '日志密钥与本浏览器此前见到的不同',
  },
  'checkpoint-malformed': { en: "The log's signed head cannot be read", zh: '无法读取已签名的日志头' },
  'checkpoint-unsigned': { en: "The log's head is not signed by its key", zh: '日志头没有该密钥的签名' },
  'checkpoint-signature': {
    en: "The signature on the log's head is wrong: head or signature was altered",
    zh: '日志头的签名有误：日志头或签名被改动',
  },
  'log-shrank': {
    en: 'The log is shorter than it was when this browser saw it before',
    zh: '日志比本浏览器此前见到的更短',
  },
  'log-forked': {
    en: 'The log does not continue the one that was seen before: its past was changed',
    zh: '日志并未延续此前见到的日志：过去的内容被改动',
  },
  'tile-missing': { en: 'A hash tile of the log is missing', zh: '缺少日志的哈希分块' },
  'tile-damaged': {
    en: "A hash tile of the log is not the one that the log's head covers",
    zh: '日志的哈希分块与日志头不符',
  },
  'tiles-root': { en: "The hash tiles do not give the root of the log's head", zh: '由哈希分块得不到日志头的根' },
  log: { en: 'The log failed its check (see above)', zh: '日志未通过检查（见上）' },
  'leaf-malformed': { en: 'The leaf has not the form of one', zh: '日志记录的格式有误' },
  'leaf-elsewhere': { en: 'The log holds something else at this place', zh: '日志在此位置的内容不同' },
  'chain-subject': { en: 'It belongs to something else', zh: '它属于其他对象' },
  'chain-gap': { en: 'An event before it is missing, or stands twice', zh: '它之前缺少事件，或事件重复' },
  'chain-link': { en: 'It names another predecessor than the one shown', zh: '它指明的前一事件与所示不同' },
  'chain-order': { en: 'It stands in the log before the event that it follows', zh: '它在日志中的位置先于其前一事件' },
  commitment: { en: 'The contents are not those that the log commits to', zh: '内容与日志所承诺的不同' },
  'envelope-malformed': { en: 'The signed envelope cannot be read', zh: '无法读取已签名的信封' },
  'envelope-signature': { en: "The contents are not signed by the log's key", zh: '内容没有日志密钥的有效签名' },
  'envelope-leaf': { en: 'The signed contents are about another event', zh: '已签名的内容属于另一个事件' },
  'statement-digest': {
    en: 'The contents do not have the digest that was signed with them',
    zh: '内容与一同签名的摘要不符',
  },
  'question-digest': {
    en: 'The wording that the server shows is not the one that was recorded',
    zh: '服务器给出的题目文字与记录的不同',
  },
  'seal-missing': { en: 'The release is said to be sealed, but no seal is shown', zh: '据称已封存，但没有封存记录' },
  'seal-malformed': { en: 'The seal lacks something that it must hold', zh: '封存记录缺少必要内容' },
  'seal-contradicted': {
    en: 'Policy, gate, seal and export do not fit together',
    zh: '政策、关卡、封存记录与导出相互矛盾',
  },
  manifest: { en: 'The manifest is not the one that the seal names', zh: '清单与封存记录所指的不同' },
  'records-malformed': { en: 'The list of records has a line that is none', zh: '记录清单中有格式错误的行' },
  'records-root': { en: 'The list of records is not the one that was sealed', zh: '记录清单与封存的不同' },
  'records-count': { en: 'The list of records has another length than was sealed', zh: '记录清单的条数与封存的不同' },
};

/** Why contents were erased or an example withdrawn. */
export const erasureReasons: Record<ErasureReason, Text> = {
  'data-subject-request': { en: 'At the request of the person concerned', zh: '应当事人要求' },
  'consent-withdrawn': { en: 'Consent was withdrawn', zh: '已撤回同意' },
  'legal-order': { en: 'By order of law', zh: '依法要求' },
  'imported-in-error': { en: 'Imported in error', zh: '误导入' },
};

/** Why an accepted instance is not in a release. */
export const exclusions: Record<ExclusionCode, Text> = {
  'incomplete-history': { en: 'History incomplete', zh: '历史不完整' },
  'not-approved': { en: 'Not accepted', zh: '未被接受' },
  reopened: { en: 'Opened again after acceptance', zh: '接受后又重新打开' },
  'altered-text': { en: 'Text altered', zh: '文本被改动' },
  'edit-mismatch': { en: 'Edits do not give the text', zh: '编辑结果与文本不符' },
  'unconfirmed-edit': { en: 'Edit not confirmed', zh: '编辑未经确认' },
  'too-few-reviewers': { en: 'Too few reviewers', zh: '评审者不足' },
  'not-credentialed': { en: 'Reviewer without checked credential', zh: '评审者资质未核验' },
  'not-entitled': { en: 'Reviewer not entitled', zh: '评审者无权评审' },
  'rubric-changed': { en: 'Reviewed by another rubric', zh: '评分标准版本不同' },
  verdict: { en: 'A verdict against it', zh: '存在反对意见' },
  'score-below-minimum': { en: 'Score below the minimum', zh: '评分低于下限' },
  violation: { en: 'Violation found', zh: '存在违规' },
  'panel-missing': { en: 'Panel needed but missing', zh: '缺少所需的专家组审议' },
  'adjudication-invalid': { en: 'Adjudication not valid', zh: '裁定无效' },
  'panel-invalid': { en: 'Panel decision not valid', zh: '专家组决定无效' },
  'licence-unknown': { en: 'Licence unknown', zh: '许可不明' },
  'licence-forbidden': { en: 'Licence does not allow it', zh: '许可不允许' },
  'excluded-question': { en: 'Question excluded', zh: '问题已被排除' },
  'held-out': { en: 'Held out for benchmarks', zh: '留作基准测试' },
};

export const splits: Record<string, Text> = {
  train: { en: 'Training', zh: '训练集' },
  validation: { en: 'Validation', zh: '验证集' },
};
