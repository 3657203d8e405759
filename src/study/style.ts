import type { StyleWords } from '../profile/study-rating-schema.ts';

/** A greeting or signature is a short line; a longer one says something. */
const longestLine = 60;
/** Lines after a closing that can still be a name and a title. */
const signatureLines = 3;

/**
 * The text without what tells its writer and not its content: markup, greeting and signature lines, spacing. Words, numbers and
 * units stay as they are; a text that would become empty is left alone.
 */
export function normaliseStyle(text: string, words: StyleWords): string {
  const lines = text
    .normalize('NFC')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[\u00a0\u2009\u202f\u3000]/g, ' ')
    .split('\n')
    .map(plainLine);
  const content = withoutSignature(withoutGreeting(lines, words.greetings), words.closings);
  const plain = content
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
  return plain === '' ? text : plain;
}

function plainLine(line: string): string {
  return line
    .replace(/^\s{0,3}#{1,6}\s+/, '')
    .replace(/^\s*>\s?/, '')
    .replace(/^\s*[*•–]\s+/, '- ')
    .replace(/^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/, '')
    .replaceAll(/\*\*([^*]+)\*\*|__([^_]+)__/g, (_, a?: string, b?: string) => a ?? b ?? '')
    .replaceAll(/(?<![\w*])\*([^*\s](?:[^*]*[^*\s])?)\*(?![\w*])/g, '$1')
    .replaceAll('`', '')
    .replaceAll(/[ \t]+/g, ' ')
    .trim();
}

function withoutGreeting(lines: readonly string[], greetings: readonly string[]): string[] {
  const first = lines.findIndex((line) => line !== '');
  const line = lines[first] ?? '';
  const greets = line.length <= longestLine && /[,，!！:：.。]$/.test(line) && begins(line, greetings);
  return greets ? lines.slice(first + 1) : [...lines];
}

function withoutSignature(lines: readonly string[], closings: readonly string[]): string[] {
  const end = lines.findLastIndex((line) => line.length <= longestLine && begins(line, closings));
  if (end < 0) return [...lines];
  const after = lines.slice(end + 1).filter((line) => line !== '');
  const signs = after.length <= signatureLines && after.every((line) => line.length <= longestLine && !/\d/.test(line));
  return signs ? lines.slice(0, end) : [...lines];
}

function begins(line: string, words: readonly string[]): boolean {
  const lower = line.toLowerCase();
  return words.some((word) => {
    const start = word.toLowerCase();
    return lower.startsWith(start) && !/^[a-z]/.test(lower.slice(start.length));
  });
}
