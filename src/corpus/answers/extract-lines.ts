import type { OptionContext } from './extract-context.ts';
import { isAlternative, readLabels } from './extract-labels.ts';
import { optionTextAt } from './extract-option-text.ts';

export type LineReading = { labels: string[]; rule: 'bare-label' | 'label-line' | 'leading-label'; quote: string };

/** A reply that is nothing but a label or a list of labels: "B", "(b).", "选项B", "A, C and D". */
export function wholeReplyLabels(text: string, context: OptionContext): LineReading | null {
  const trimmed = text.trim();
  if (trimmed.length > 60) return null;
  const reading = readLabels(trimmed, context);
  if (reading === null || reading.alternatives || !/^(?:选项|项)?[\s.。!)\]】}"'”;,]*$/.test(reading.rest)) return null;
  return { labels: reading.labels, rule: 'bare-label', quote: trimmed };
}

/**
 * Lines that are only a label (the first or the last line, one label in all; every line in items with several answers), or
 * the only line of the form "B. option text". A list of options that the reply repeats is no answer.
 */
export function labelLines(text: string, context: OptionContext): LineReading | null {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const bare = lines.map((line) => ({ line, reading: isBareShape(line) ? wholeReplyLabels(line, context) : null }));
  const ends = [bare.at(-1), bare[0]].filter((entry) => entry !== undefined && entry.reading !== null);
  const all = new Set(bare.flatMap((entry) => entry.reading?.labels ?? []));
  if (context.multiple && bare.every((entry) => entry.reading !== null) && all.size > 0) {
    return { labels: [...all], rule: 'bare-label', quote: lines.join(' ').slice(0, 80) };
  }
  const [end] = ends;
  if (end?.reading != null && new Set(end.reading.labels).size === all.size) return end.reading;
  const labelled = lines.flatMap((line) => labelledLine(line, context) ?? []);
  const distinct = new Set(labelled.map((entry) => entry.label));
  const [only] = labelled;
  if (only === undefined || distinct.size !== 1) return null;
  const atEnd = only.line === lines[0] || only.line === lines.at(-1);
  return atEnd ? { labels: [only.label], rule: 'label-line', quote: only.line.slice(0, 80).toWellFormed() } : null;
}

/** Short enough, and in capitals: a lower-case letter alone on a line may be list numbering. */
function isBareShape(line: string): boolean {
  return line.length <= 24 && !/^[([]?[a-z][).\]]?$/.test(line);
}

function labelledLine(line: string, context: OptionContext): { label: string; line: string } | null {
  const match = /^(?:[-•]\s*)?(?:[Oo]ption\s+|选项)?[([【]?([A-Za-z]|\d{1,2})[)\]】]?\s*[.):,、–—-]?\s*(.+)$/.exec(
    line,
  );
  const [, letter, rest] = match ?? [];
  const label = letter?.toUpperCase();
  if (label === undefined || rest === undefined || !context.labels.includes(label)) return null;
  return optionTextAt(rest, context)?.label === label ? { label, line } : null;
}

/** A reply that opens with its label and goes on to explain: "B, because …", "B: …". Not for A and I before a word. */
export function leadingLabel(text: string, context: OptionContext): LineReading | null {
  if (context.kind !== 'letters' || context.multiple) return null;
  const line = text.trimStart().split('\n')[0] ?? '';
  if (namesOthers(text, line) || /^[^.\n]{0,80}\?/.test(line)) return null;
  const shape =
    /^[([]?([A-Z])(?:[)\]]|[.:、]|[,;]\s+(?=[a-z\p{Script=Han}])|\s+[–—-]\s|\s+(?:because|since|is (?:the )?(?:correct|right|best))\b)/u.exec(
      line,
    );
  const label = shape?.[1];
  if (label === undefined || label === 'I' || !context.labels.includes(label)) return null;
  // "A: C" is a prompt's letter for "answer" or a contradiction.
  if (/^.{0,2}:\s*[([]?[A-Z][)\].]?\s*$/.test(line)) return null;
  const reading = readLabels(line, context);
  if (reading === null || reading.alternatives || isAlternative(reading.rest) || reading.labels[0] !== label)
    return null;
  return { labels: reading.labels, rule: 'leading-label', quote: line.slice(0, 80).toWellFormed() };
}

/** Whether the reply goes through several labels ("A - no. B - yes.") instead of opening with its answer. */
function namesOthers(text: string, line: string): boolean {
  const atLines = [...text.matchAll(/(?:^|\n)\s*[([]?([A-Z])[)\].:、]\s/g)].map((match) => match[1]);
  const compared = line.replace(/\b(?:not|rather than|instead of|over)\s+(?:option\s+)?\(?[A-Z]\b/g, '');
  const inLine = [...compared.matchAll(/(?<![\p{L}\p{N}-])([A-Z])(?=[.):,;]|\s+[-–—]\s)/gu)].map((match) => match[1]);
  return new Set(atLines).size > 1 || new Set(inLine).size > 1;
}
