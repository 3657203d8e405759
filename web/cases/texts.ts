import type { CaseView } from '../../src/review/cases/schema.ts';
import type { Board, PanelState } from '../../src/review/schema.ts';
import type { Text } from '../app/messages.ts';
import type { Problem } from './decision.ts';
import type { Tab } from './listing.ts';

export const texts = {
  cases: { en: 'Cases', zh: '案例' },
  which: { en: 'Which cases', zh: '案例范围' },
  boardFilter: { en: 'Who decides', zh: '决定方式' },
  allBoards: { en: 'All', zh: '全部' },
  case: { en: 'Case', zh: '案例' },
  trigger: { en: 'Opened because', zh: '立案原因' },
  state: { en: 'State', zh: '状态' },
  openCase: { en: 'Open the case of {date}', zh: '打开 {date} 的案例' },
  noCases: { en: 'There is no such case.', zh: '没有符合条件的案例。' },
  backToCases: { en: 'All cases', zh: '全部案例' },
  guideline: { en: 'Guideline', zh: '评审指南' },
  comparison: { en: 'What the reviewers said', zh: '评审意见对照' },
  reviewer: { en: 'Reviewer {label}', zh: '评审者 {label}' },
  part: { en: 'Part', zh: '部分' },
  step: { en: 'Step {step}', zh: '第 {step} 步' },
  afterStep: { en: 'After step {step}', zh: '第 {step} 步之后' },
  beforeFirst: { en: 'Before step 1', zh: '第 1 步之前' },
  answer: { en: 'Answer', zh: '回答' },
  foldedSteps: { en: 'Steps without difference: {count}', zh: '无分歧的步骤：{count}' },
  markedCorrect: { en: 'correct', zh: '正确' },
  markedNeutral: { en: 'neutral', zh: '中性' },
  markedMissing: { en: 'step missing', zh: '缺少步骤' },
  allAgree: { en: 'all agree', zh: '意见一致' },
  conflict: { en: 'differs', zh: '有分歧' },
  deleted: { en: 'Step deleted', zh: '删除该步骤' },
  inserted: { en: 'New step', zh: '新增步骤' },
  unchanged: { en: 'No change', zh: '未改动' },
  takeEdit: { en: 'Take {label}’s edit', zh: '采用 {label} 的编辑' },
  takeNone: { en: 'Leave as {label} did', zh: '同 {label}，不改动' },
  takeVersion: { en: 'Take all of {label}', zh: '全部采用 {label}' },
  taken: { en: 'Taken from reviewer {label}', zh: '已采用评审者 {label} 的意见' },
  keys: {
    en: 'Keys while a difference has the focus: J and K to the next and the previous one, a reviewer’s letter takes the edit there, with Shift the whole version.',
    zh: '焦点位于分歧处时的按键：J、K 移至下一处、上一处分歧；按评审者字母采用其在该处的编辑；同时按住上档键则采用其全部修改。',
  },
  scores: { en: 'Scores side by side', zh: '评分对照' },
  criterion: { en: 'Criterion', zh: '标准' },
  gap: { en: 'Gap', zh: '差距' },
  afterEdit: { en: '{score}, edited {edited}', zh: '{score}，编辑后 {edited}' },
  noScore: { en: 'not scored', zh: '未评分' },
  verdict: { en: 'Verdict', zh: '结论' },
  insufficient: { en: 'insufficient context', zh: '信息不足' },
  comment: { en: 'Comment', zh: '评语' },
  violations: { en: 'Violations', zh: '违规' },
  none: { en: 'none', zh: '无' },
  noStatements: { en: 'No review of this text is shown.', zh: '没有可显示的评审意见。' },
  earlier: { en: 'Failed rounds: {strikes} of {limit}', zh: '失败轮次：{strikes}（上限 {limit}）' },
  round: { en: 'Round {round}', zh: '第 {round} 轮' },
  noEarlier: { en: 'This is the first text.', zh: '这是第一份文本。' },
  reasonsGiven: { en: 'Why it failed', zh: '失败原因' },
  remarksGiven: { en: 'Remarks to the teacher', zh: '给教师模型的意见' },
  ballots: { en: 'Ballots', zh: '投票' },
  ballot: { en: 'Ballot {number}', zh: '第 {number} 次投票' },
  castOf: { en: 'Votes in this ballot: {cast} of {quorum}', zh: '本次已投票数：{cast}（法定 {quorum}）' },
  blind: {
    en: 'The ballot is secret until the quorum has voted: nobody sees another vote before.',
    zh: '达到法定票数前投票保密，任何人都看不到他人的投票。',
  },
  yourVote: { en: 'You voted', zh: '您的投票' },
  vote: { en: 'Your vote', zh: '您的投票' },
  castVote: { en: 'Cast the vote', zh: '投票' },
  secondBallot: {
    en: 'The first ballot was split. Its votes are shown; the second decides by majority.',
    zh: '第一次投票意见不一，结果已公开；第二次投票以多数决定。',
  },
  tied: {
    en: 'The second ballot is tied: there is no decision to sign.',
    zh: '第二次投票票数相同，没有可签署的决定。',
  },
  binding: { en: 'Binding vote', zh: '有约束力的投票结果' },
  waits: {
    en: 'The panel asked for another guideline. It votes when a version after {version} is published.',
    zh: '专家组要求修订指南。第 {version} 版之后的新版本发布后方可投票。',
  },
  discussion: { en: 'Discussion', zh: '讨论' },
  discussionLater: { en: 'It opens when the first ballot is closed.', zh: '第一次投票结束后开放讨论。' },
  noMessages: { en: 'Nothing has been said yet.', zh: '尚无发言。' },
  message: { en: 'Your message', zh: '您的发言' },
  say: { en: 'Say it', zh: '发言' },
  unmask: { en: 'Who the reviewers are', zh: '评审者身份' },
  unmaskNote: {
    en: 'Reviewers are letters, so that their names do not decide. Looking behind them is recorded in the log with your name and reason.',
    zh: '评审者以字母代称，以免姓名影响判断。查看身份会连同您的姓名和理由记入日志。',
  },
  unmaskReason: { en: 'Reason', zh: '理由' },
  unmaskButton: { en: 'Show the names, and record it', zh: '显示姓名并记录' },
  decision: { en: 'Decision', zh: '决定' },
  chairSigns: {
    en: 'The decision follows the binding vote. As chair you give edits, scores and reasons, and sign.',
    zh: '决定须遵循有约束力的投票结果。您作为主席给出编辑、评分和理由，并签署。',
  },
  edits: { en: 'Edits of this decision', zh: '本决定的编辑' },
  noEdits: {
    en: 'None yet: take them from a reviewer, or add your own.',
    zh: '尚无：可采用评审者的编辑，或自行添加。',
  },
  addEdit: { en: 'Add an edit', zh: '添加编辑' },
  editWhere: { en: 'Where', zh: '位置' },
  deleteStep: { en: 'Delete step {step}', zh: '删除第 {step} 步' },
  insertAfter: { en: 'New step after {step}', zh: '第 {step} 步之后新增' },
  insertFirst: { en: 'New step before 1', zh: '第 1 步之前新增' },
  newText: { en: 'New text', zh: '新文本' },
  reason: { en: 'Reason', zh: '原因' },
  chooseReason: { en: 'Choose a reason', zh: '请选择原因' },
  note: { en: 'Note', zh: '备注' },
  removeEdit: { en: 'Remove: {place}', zh: '移除：{place}' },
  finalScores: { en: 'Scores of the accepted text', zh: '接受文本的评分' },
  chooseScore: { en: 'Choose a score', zh: '请选择评分' },
  rationale: { en: 'Reasons for the decision', zh: '决定理由' },
  sign: { en: 'Sign the decision', zh: '签署决定' },
  startAgain: { en: 'Start again', zh: '重新开始' },
  lacking: { en: 'Before it can be signed:', zh: '签署前还需：' },
} satisfies Record<string, Text>;

export const tabNames: Record<Tab, Text> = {
  mine: { en: 'Waiting for me', zh: '待我处理' },
  open: { en: 'All open', zh: '全部未决' },
  decided: { en: 'Decided', zh: '已决定' },
};

export const boardNames: Record<Board, Text> = {
  adjudicator: { en: 'Adjudicator', zh: '裁定人' },
  panel: { en: 'Panel', zh: '专家组' },
};

export const caseStates: Record<PanelState, Text> = {
  voting: { en: 'Open', zh: '未决' },
  'second-vote': { en: 'Second ballot', zh: '第二次投票' },
  decided: { en: 'Decided', zh: '已决定' },
};

export const barredReasons: Record<NonNullable<CaseView['barred']>, Text> = {
  'reviewed-it': {
    en: 'You reviewed this instance, so you take no part in deciding it.',
    zh: '您评审过该实例，因此不参与决定。',
  },
  'conflict-of-interest': {
    en: 'A conflict of interest of yours is recorded, so you take no part in deciding it.',
    zh: '您有利益冲突记录，因此不参与决定。',
  },
  role: { en: 'You may read this case, but not decide it.', zh: '您可以查看此案例，但不能作出决定。' },
};

export const problemTexts: Record<Problem, Text> = {
  decision: { en: 'choose a decision', zh: '选择决定' },
  edits: { en: 'take or write at least one edit', zh: '至少采用或撰写一处编辑' },
  texts: { en: 'write the text of every edit', zh: '填写每处编辑的文本' },
  reasons: { en: 'give each edit its reason', zh: '为每处编辑选择原因' },
  scores: { en: 'score every criterion', zh: '完成每项评分' },
  low: {
    en: 'an accepted text must reach the minimum on every criterion',
    zh: '接受的文本每项评分均须达到下限',
  },
  rationale: { en: 'write the reasons for the decision', zh: '填写决定理由' },
};
