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

/** The words without the tags of a reasoning trace: the tags say nothing about what was said. */
export function withoutTags(reply: string): string {
  return reply.replace(/<\/?(?:think|answer)>/giu, '\n').trim();
}

/** A model's text as the database can hold it: U+0000 and halves of surrogate pairs become U+FFFD. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** True where there is nothing to judge: silence is neither a refusal nor compliance. */
export function isEmptyReply(reply: string): boolean {
  return !/[\p{L}\p{N}]/u.test(withoutTags(reply));
}

/** True for a reasoning trace without an answer, as the length limit leaves one: the asker was told nothing yet. */
export function lacksAnswer(reply: string): boolean {
  const [, thought] = /^\s*<think>([\s\S]*)/iu.exec(reply) ?? [];
  if (thought === undefined) return false;
  const end = /<\/think>|<answer>/iu.exec(thought);
  return end === null || isEmptyReply(thought.slice(end.index));
}
