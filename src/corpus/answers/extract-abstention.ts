import type { OptionContext } from './extract-context.ts';

/** Sentences that decline to answer, in English and Chinese. */
const declining = [
  /\b(?:i|we)(?:\s+(?:really|simply|honestly|truly|also))?\s+(?:do not|don't|cannot|can't|can not|am unable to|am not able to|are unable to|could not|couldn't|will not|won't|must decline to|decline to|would rather not|refuse to|prefer not to)\s+(?:know|determine|answer|decide|say|choose|select|provide|identify|conclude|tell|pick|help|assist|make|be (?:certain|sure))\b/i,
  /\b(?:unable|impossible|not possible|not able)\s+to\s+(?:determine|answer|decide|say|tell|choose|select|identify|conclude|provide|give)\b/i,
  /\b(?:cannot|can't|can not|could not|couldn't) be (?:determined|answered|decided|established|inferred)\b/i,
  /\b(?:not enough|insufficient|inadequate|too little|lack of)\s+(?:clinical\s+)?(?:information|data|details?|context|evidence)\b/i,
  /\b(?:need|require)s?\s+(?:more|additional|further)\s+(?:clinical\s+)?(?:information|details?|data|context)\b/i,
  /\b(?:more|additional|further)\s+(?:information|details?|data|context) (?:is|are|would be) (?:needed|required|necessary)\b/i,
  /\bnone of (?:the|these|those)\b/i,
  /\b(?:there is |there's )?no (?:single |correct |right |valid |clear )?(?:answer|option|choice)\b/i,
  /\bi(?:'m| am) (?:not (?:sure|certain)|unsure|uncertain)\b/i,
  /\b(?:i(?:'d| would)? rather not|i(?:'d| would)? prefer not to) (?:guess|answer|say|choose)\b|\b(?:i have |i've )?no idea\b|\bi(?:'ll| will| would|'d)? (?:skip|pass on) (?:this|the|that)\b/i,
  /(?:需要|缺少|缺乏)(?:更多|进一步)(?:的)?(?:信息|资讯|资料|检查结果)|不好说|没法(?:判断|确定|回答)|资讯不(?:足|够)/,
  /\bi(?:'m| am)? (?:abstain(?:ing)?|declin(?:e|ing))\b/i,
  /(?:不能|无法)(?:提供|给出|做出|作出|得出|选择)|无法(?:确定|判断|回答|作答|确认)|(?:不能|难以)(?:确定|判断|回答|作答)(?=[。,;!?\s]|$|答案|哪|本题|此题|该题|正确)/,
  /不(?:太)?(?:知道|确定|清楚)|(?:信息|资料|条件|数据)不(?:足|够|充分)|(?:没有|无)(?:一个)?(?:正确|合适)?(?:的)?(?:答案|选项)/,
  /(?:以上|所有|各|这些)(?:选项|答案|各项)?(?:都|均|皆)(?:不|错)|拒绝(?:回答|作答)|弃权/,
];

/** What stands after an answer marker in place of a label. */
const afterMarker =
  /^[\s"'“‘【[({<:]*(?:i\s+|we\s+|it\s+)?(?:none\b|null\b|n\/a\b|na\b(?=\W|$)|unknown\b|unclear\b|uncertain\b|unsure\b|undetermined\b|indeterminate\b|cannot\b|can't\b|can not\b|unable\b|insufficient\b|abstain|declin|no (?:answer|option)\b|not (?:sure|certain|clear|known|determinable|possible|enough|provided|given|available|listed)\b|don't know\b|do not know\b|\?+\s*$|无(?!菌)|未知|无法|不能|不确定|不知道|不清楚|没有|以上都不|以上均不|均不|都不|弃权|拒绝|暂无)/i;

/** A reply that is nothing but a word for no answer. */
export function isBareAbstention(text: string): boolean {
  return /^[\s"'([]*(?:none|n\/a|na|unknown|unsure|unclear|uncertain|no answer|abstain|pass|无|无答案|未知|不确定|不知道|弃权|不会)[\s"')\].。!]*$/i.test(
    text,
  );
}

/** Whether the text after an answer marker declines to answer. */
export function abstainsAfterMarker(text: string): boolean {
  return afterMarker.test(text);
}

/**
 * The phrase by which a reply declines to answer, or null. Phrases that an option's own text contains ("none of the above",
 * "cannot be determined") do not count: naming such an option is an answer.
 */
export function abstentionPhrase(text: string, context: OptionContext): { phrase: string; index: number } | null {
  for (const pattern of declining) {
    if (context.texts.some((option) => pattern.test(option.text))) continue;
    const match = pattern.exec(text);
    if (match !== null && isFraming(match.index, text)) return { phrase: match[0], index: match.index };
  }
  return null;
}

/** A reply declines at its start or its end; in the middle of a commentary the same words are about the case. */
function isFraming(index: number, text: string): boolean {
  return index < 160 || index > text.length - 200;
}
