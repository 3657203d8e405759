import type { RaterState, SourceGuess } from '../../src/study/rating-schema.ts';
import type { Text } from '../app/messages.ts';

/** The words of the rating screen. `{name}` stands for a value that the page fills in. */
export const texts = {
  title: { en: 'Rating for studies', zh: '研究评分' },
  note: {
    en: 'Studies in which you rate answers without knowing who or what wrote them.',
    zh: '您在这些研究中为回答评分，评分时不知道回答出自谁或何种系统。',
  },
  none: { en: 'No study asks for your ratings.', zh: '目前没有需要您评分的研究。' },
  study: { en: 'Study', zh: '研究' },
  state: { en: 'State', zh: '状态' },
  progress: { en: 'Rated', zh: '已评分' },
  progressOf: { en: '{done} of {total}', zh: '{done}（共 {total}）' },
  all: { en: 'All your studies', zh: '您的全部研究' },
  instructions: { en: 'Instructions', zh: '评分说明' },
  keys: {
    en: 'Keys: 1 to 5 score the axis that has the focus and lead to the next one; arrows choose within an axis; Enter on the button saves.',
    zh: '按键：1 至 5 为当前评分项打分并移到下一项；方向键在评分项内选择；在按钮上按回车键保存。',
  },
  normalised: {
    en: 'Greetings, signatures and markup are left out of the answers.',
    zh: '回答中的问候语、落款和格式标记已去除。',
  },
  vignette: { en: 'Case', zh: '病例' },
  reference: { en: 'What a good answer holds', zh: '理想回答的要点' },
  answer: { en: 'Answer to rate', zh: '待评分的回答' },
  scores: { en: 'Scores', zh: '评分' },
  yourNote: { en: 'Note (if you like)', zh: '备注（可选）' },
  recognised: { en: 'I recognise the source', zh: '我认出了来源' },
  recognisedNote: {
    en: 'Tick this if you believe to know who or what wrote the answer. Rate it all the same.',
    zh: '若您认为知道回答出自谁或何种系统，请勾选，并照常评分。',
  },
  save: { en: 'Save and go on', zh: '保存并继续' },
  unchangeable: { en: 'A saved rating is not changed.', zh: '已保存的评分不可更改。' },
  lacking: { en: 'Still to score: {axes}', zh: '尚未评分：{axes}' },
  kept: {
    en: 'What you chose here stays in this browser until it is saved.',
    zh: '您的选择在保存前保留在本浏览器中。',
  },
  guessTitle: { en: 'What did you take them for?', zh: '您认为回答出自何处？' },
  guessNote: {
    en: 'All answers are rated. Say of each what you took it for; this tells whether the study was blind, and changes no rating.',
    zh: '全部回答均已评分。请逐一说明您认为其出自何处；这用于判断盲法是否有效，不影响评分。',
  },
  saveGuesses: { en: 'Save {count} answers', zh: '保存 {count} 项' },
  readAgain: { en: 'Read it again', zh: '再次查看' },
  done: { en: 'You have rated everything. Thank you.', zh: '您已完成全部评分，谢谢。' },
  closed: { en: 'The study is closed.', zh: '研究已结束。' },
  results: { en: 'Its results', zh: '查看结果' },
  saved: { en: 'Saved: {done} of {total}', zh: '已保存：{done}（共 {total}）' },
} satisfies Record<string, Text>;

export const raterStates: Record<RaterState, Text> = {
  rate: { en: 'To be rated', zh: '待评分' },
  guess: { en: 'Rated; sources to guess', zh: '已评分；待猜测来源' },
  done: { en: 'Done', zh: '已完成' },
  closed: { en: 'Closed', zh: '已结束' },
};

export const guessNames: Record<SourceGuess, Text> = {
  model: { en: 'A model', zh: '模型' },
  person: { en: 'A person', zh: '人' },
  unsure: { en: 'I cannot tell', zh: '无法判断' },
};
