import type { AnswerState, InstanceState } from '../../src/generation/schema.ts';
import type { PartName, StageName } from '../../src/governance/schema.ts';
import type { JobKind, JobState } from '../../src/jobs/schema.ts';
import type { EventType } from '../../src/ledger/event-types.ts';
import type { Language, QuestionKind } from '../../src/profile/schema.ts';
import type { PanelTrigger, PanelVote, Verdict } from '../../src/review/schema.ts';
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
};

export const panelVotes: Record<PanelVote, Text> = {
  accept: { en: 'Accept', zh: '接受' },
  'accept-edited': { en: 'Accept as edited', zh: '编辑后接受' },
  reject: { en: 'Reject', zh: '拒绝' },
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
  'panel.opened': { en: 'Panel opened', zh: '提交专家组' },
  'vote.signed': { en: 'Panel vote', zh: '专家组投票' },
  'adjudication.signed': { en: 'Panel decision', zh: '专家组决定' },
  'example.approved': { en: 'Accepted', zh: '实例已接受' },
  'example.rejected': { en: 'Rejected', zh: '实例已拒绝' },
  'example.withdrawn': { en: 'Withdrawn', zh: '实例已撤回' },
  'rubric.published': { en: 'Rubric published', zh: '发布评分标准' },
  'reviewer.enrolled': { en: 'Reviewer enrolled', zh: '登记评审者' },
  'reviewer.revoked': { en: 'Reviewer revoked', zh: '撤销评审者' },
  'key.rotated': { en: 'Key rotated', zh: '更换密钥' },
  'role.granted': { en: 'Role granted', zh: '授予角色' },
  'policy.published': { en: 'Policy published', zh: '发布政策' },
  'dataset.sealed': { en: 'Release sealed', zh: '封存数据发布' },
  'rewards.judged': { en: 'Rewards judged', zh: '评判奖励' },
  'training.completed': { en: 'Training completed', zh: '训练完成' },
  'model.registered': { en: 'Model registered', zh: '登记模型' },
  'model.approved': { en: 'Model approved', zh: '批准模型' },
  'eval.completed': { en: 'Evaluation completed', zh: '评测完成' },
  'judge.calibrated': { en: 'Judge calibrated', zh: '校准评判模型' },
  'redteam.completed': { en: 'Red-team campaign completed', zh: '红队测试完成' },
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
