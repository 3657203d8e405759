import { plainText } from './extract-context.ts';

/** The parts of a reply that may hold the answer, most binding first; `unfinished` when reasoning was opened and never closed. */
export type AnswerRegions = { regions: readonly string[]; unfinished: boolean };

const reasoningTags = '(?:think|thinking|thought|reasoning|scratchpad)';
const closedReasoning = new RegExp(`<(${reasoningTags.slice(3, -1)})>[\\s\\S]*?</\\1>`, 'gi');
const strayClose = new RegExp(`</${reasoningTags}>`, 'gi');
const strayOpen = new RegExp(`<${reasoningTags}>`, 'i');

/** A new question, or a new turn, after which a model without chat training continues with inventions of its own. */
const runOn =
  /\n\s*(?:(?:next )?question\s*\d*\s*[:.]|Q\s*\d*\s*[:.]|(?:user|human)\s*:|问题\s*\d*\s*[:.、]|题目\s*\d*\s*[:.、]|第\s*\d+\s*题)/i;

/**
 * Leaves reasoning out, takes the last answer block first and the rest after it, and cuts what follows a new question once
 * an answer was given. Reasoning never answers: a draft inside it is not the model's answer.
 */
export function answerRegions(reply: string): AnswerRegions {
  let visible = reply.replace(closedReasoning, '\n');
  const closes = [...visible.matchAll(strayClose)];
  const lastClose = closes.at(-1);
  if (lastClose !== undefined) visible = visible.slice(lastClose.index + lastClose[0].length);
  const open = visible.search(strayOpen);
  if (open >= 0) visible = visible.slice(0, open);
  const blocks = [...visible.matchAll(/<answer>([\s\S]*?)(?:<\/answer>|$)/gi)];
  const outside = visible.replace(/<answer>[\s\S]*?(?:<\/answer>|$)/gi, '\n');
  const regions = [blocks.at(-1)?.[1], blocks.length > 0 ? outside : visible]
    .map((part) => cutRunOn(plainText(part ?? '')).trim())
    .filter((part) => part !== '');
  return { regions, unfinished: open >= 0 };
}

function cutRunOn(text: string): string {
  const next = runOn.exec(text);
  if (next === null) return text;
  const before = text.slice(0, next.index);
  return /answer|答案|boxed|选|^\s*\(?[A-Za-z][).]{0,2}[ \t]*(?:\n|$)/i.test(before) ? before : text;
}
