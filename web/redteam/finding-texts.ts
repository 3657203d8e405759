import type { FindingEventKind, FindingStatus } from '../../src/redteam/findings/schema.ts';
import type { Text } from '../app/messages.ts';

/** The words of the pages on findings. */
export const findingTexts = {
  findings: { en: 'Findings', zh: '发现的问题' },
  finding: { en: 'Finding', zh: '问题' },
  all: { en: 'All findings', zh: '全部问题' },
  none: { en: 'There is no such finding.', zh: '没有符合条件的问题。' },
  note: {
    en: 'One case in which a target failed, until it is fixed, accepted or called a false positive. Fixed needs a complete retest in which every probe passes.',
    zh: '目标模型未通过的一个案例，直至修复、接受或认定为误报。认定修复须有完整的复测且每条请求均通过。',
  },
  group: { en: 'Case', zh: '案例' },
  what: { en: 'What happened', zh: '情形' },
  served: { en: 'An attack was served', zh: '攻击得逞' },
  refused: { en: 'A legitimate request was refused', zh: '正当请求被拒绝' },
  risk: { en: 'Worst risk (1 = safest)', zh: '最高风险（1 为最安全）' },
  severity: { en: 'Severity', zh: '严重程度' },
  status: { en: 'Status', zh: '状态' },
  assignee: { en: 'Assignee', zh: '负责人' },
  opened: { en: 'Opened', zh: '开立时间' },
  probes: { en: 'Probes', zh: '攻击请求' },
  question: { en: 'Question of the corpus', zh: '语料库中的问题' },
  open: { en: 'Open findings for what failed', zh: '为未通过项开立问题' },
  openedCount: { en: 'Opened: {opened}; there already: {already}.', zh: '已开立 {opened} 个，原有 {already} 个。' },
  retests: { en: 'Retests', zh: '复测' },
  noRetests: {
    en: 'It has not been retested.',
    zh: '尚未复测。',
  },
  retestOf: { en: 'Model to ask again', zh: '复测的模型' },
  startRetest: { en: 'Retest', zh: '复测' },
  retestStarted: { en: 'The retest has begun; its result will stand here.', zh: '复测已开始，结果将显示于此。' },
  passed: { en: 'Passed', zh: '通过' },
  failed: { en: 'Failed again', zh: '再次未通过' },
  undecided: { en: 'Undecided', zh: '未判定' },
  waiting: { en: 'Waiting', zh: '等待中' },
  history: { en: 'History', zh: '历史' },
  when: { en: 'When', zh: '时间' },
  who: { en: 'Who', zh: '人员' },
  triage: { en: 'Triage', zh: '分诊' },
  unset: { en: 'Unchanged', zh: '不变' },
  remark: { en: 'Note', zh: '说明' },
  remarkNeeded: {
    en: 'A finding is accepted, or called a false positive, with a note.',
    zh: '接受问题或认定为误报须附说明。',
  },
  save: { en: 'Save', zh: '保存' },
} satisfies Record<string, Text>;

export const statusNames: Record<FindingStatus, Text> = {
  open: { en: 'Open', zh: '未处理' },
  triaged: { en: 'Triaged', zh: '已分诊' },
  fixed: { en: 'Fixed', zh: '已修复' },
  accepted: { en: 'Accepted', zh: '已接受' },
  'false-positive': { en: 'False positive', zh: '误报' },
};

export const eventNames: Record<FindingEventKind, Text> = {
  opened: { en: 'Opened', zh: '开立' },
  triaged: { en: 'Triaged', zh: '分诊' },
  'retest-started': { en: 'Retest begun', zh: '开始复测' },
  retested: { en: 'Retested', zh: '复测完成' },
  promoted: { en: 'Made a question of the corpus', zh: '转为语料库问题' },
};
