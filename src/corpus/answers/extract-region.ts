import { plainText } from './extract-context.ts';

/** The parts of a reply that may hold the answer, most binding first; `unfinished` when reasoning was opened and never closed. */
export type AnswerRegions = { regions: readonly string[]; unfinished: boolean };

const reasoningTag = /<(\/?)(?:think|thinking|thought|reasoning|scratchpad)>/gi;
const answerTag = /<(\/?)answer>/gi;

/** A new question, or a new turn, after which a model without chat training continues with inventions of its own. */
const runOn =
  /\n\s*(?:(?:next )?question\s*\d*\s*[:.]|Q\s*\d*\s*[:.]|(?:user|human)\s*:|问题\s*\d*\s*[:.、]|题目\s*\d*\s*[:.、]|第\s*\d+\s*题)/i;

/**
 * Leaves reasoning out, takes the last answer block first and the rest after it, and cuts what follows a new question once
 * an answer was given. Reasoning never answers: a draft inside it is not the model's answer.
 */
export function answerRegions(reply: string): AnswerRegions {
  const { outside: visible, open } = splitByTag(reply, reasoningTag, true);
  const { outside, blocks } = splitByTag(visible, answerTag, false);
  const regions = [blocks.findLast((block) => /\S/.test(block)) ?? '', outside]
    .map((part) => cutRunOn(plainText(part)).trim())
    .filter((part) => part !== '');
  return { regions, unfinished: open };
}

type Split = { outside: string; blocks: string[]; open: boolean };

/**
 * Text outside and inside tagged blocks, in one pass. A block that is never closed reaches to the end. With `strayCloses`, a
 * closing tag without an opening one ends a block that began with the text (chat templates swallow the opening tag).
 */
function splitByTag(text: string, tag: RegExp, strayCloses: boolean): Split {
  let outside = '';
  const blocks: string[] = [];
  let from = 0;
  let open = false;
  for (const match of text.matchAll(tag)) {
    const part = text.slice(from, match.index);
    const closes = match[1] === '/';
    from = match.index + match[0].length;
    if (open) blocks.push(part);
    else if (closes && strayCloses) outside = '';
    else outside += `${part}\n`;
    open = !closes;
  }
  const last = text.slice(from);
  if (open) blocks.push(last);
  else outside += last;
  return { outside, blocks, open };
}

function cutRunOn(text: string): string {
  const next = runOn.exec(text);
  if (next === null) return text;
  const before = text.slice(0, next.index);
  return /answer|答案|boxed|选|^\s*\(?[A-Za-z][).]{0,2}[ \t]*(?:\n|$)/i.test(before) ? before : text;
}
