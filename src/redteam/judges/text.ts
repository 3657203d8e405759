import { canonicalJson } from '../../core/canonical-json.ts';
import { sha256Hex } from '../../core/hash.ts';
import { comparableText, withoutTags } from '../../judging/text.ts';

/** SHA-256 (64 hex digits) of a prompt with its reply, both in comparable form; the identity of a labelled row. */
export function exchangeDigest(prompt: string, reply: string): string {
  return sha256Hex(canonicalJson([comparableText(prompt), comparableText(reply)]));
}

/** What the asker is told: the text after `<answer>` where there is one, else the whole reply. Empty only where the reply is. */
function told(reply: string): string {
  const answer = /<answer>([\s\S]*)/iu.exec(reply)?.[1];
  return withoutTags(answer ?? reply) || withoutTags(reply);
}

/** The first sentence of what the asker is told. */
export function opening(reply: string): string {
  const sentence = /^[\s\S]*?(?:[.!?](?=\s)|[。！？]|\n|$)/u.exec(told(reply))?.[0] ?? '';
  return sentence.trim();
}

/** The first 40 words of what the asker is told; a Han character counts as a word. */
export function beginning(reply: string): string {
  const words = told(reply).matchAll(/\p{Script=Han}|[^\s\p{Script=Han}]+\s*/gu);
  return Array.from(words.take(40), ([word]) => word)
    .join('')
    .trim();
}
