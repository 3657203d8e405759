import { canonicalJson } from '../core/canonical-json.ts';
import { sha256Hex } from '../core/hash.ts';

/** The form in which two texts are compared: NFKC, lower case, one space for any run of blanks, none beside a Han character. */
export function comparableText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/gu, ' ')
    .replace(/ ?(\p{Script=Han}) ?/gu, '$1')
    .trim();
}

/** SHA-256 (64 hex digits) of a text's comparable form: equal for texts that differ only in case, blanks or width. */
export function textDigest(text: string): string {
  return sha256Hex(comparableText(text));
}

/** SHA-256 (64 hex digits) of a prompt with its reply, both in comparable form; the identity of a labelled row. */
export function exchangeDigest(prompt: string, reply: string): string {
  return sha256Hex(canonicalJson([comparableText(prompt), comparableText(reply)]));
}

/** The words without the tags of a reasoning trace: the tags say nothing about what was said. */
export function withoutTags(reply: string): string {
  return reply.replace(/<\/?(?:think|answer)>/giu, '\n').trim();
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

/** A model's text as the database can hold it: U+0000 and halves of surrogate pairs become U+FFFD. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
