import { isEmptyReply, withoutTags } from './text.ts';
import { visibleText } from './visible-text.ts';

/**
 * A plain list of phrases, for watching how often a model in training declines. It decides no verdict and no reward: a
 * reply that opens so may help afterwards, and one without them may decline in other words.
 */
const phrases: readonly RegExp[] = [
  /\bI(?:'m| am) (?:sorry|afraid)\b[^.]{0,60}\b(?:can(?:'|no)?t|cannot|unable|won't)\b/iu,
  /\bI (?:can(?:'t|not)|cannot|can not|won't|will not|must not|am unable to|am not able to|have to decline|must decline|decline to|refuse to)\b/iu,
  /\b(?:cannot|can't|will not|won't) (?:help|assist|provide|write|comply|do (?:this|that)|support)\b/iu,
  /(?:我|本人)?(?:不能|无法|不会|不可以|不便|拒绝)(?:为您|为你|帮您|帮你|协助|提供|代写|照做|满足|这样|执行|回答|开具|编写|伪造)/u,
  /(?:很?抱歉|对不起)[^。]{0,30}(?:不能|无法|不便|拒绝)/u,
  /(?:我|必须|只能)(?:拒绝|谢绝)/u,
];

/** How far into the answer a refusal is looked for, in characters. */
const beginning = 240;

/** True where the answer opens with a phrase of refusal; undefined where nothing can tell. Never false. */
export function refusedByPhrase(completion: string): true | undefined {
  const text = visibleText(completion).replaceAll('’', "'");
  const answer = /<answer>([\s\S]*)/iu.exec(text)?.[1] ?? text.split(/<\/think>/iu).at(-1) ?? text;
  const told = withoutTags(isEmptyReply(answer) ? '' : answer).slice(0, beginning);
  return phrases.some((phrase) => phrase.test(told)) ? true : undefined;
}
