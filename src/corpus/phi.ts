import { type PhiClass, type PhiStrength, phiPatterns } from './phi-patterns.ts';

/** Where a text has something like an identifier: UTF-16 offsets, end exclusive. */
export type PhiFinding = { class: PhiClass; strength: PhiStrength; start: number; end: number };

/**
 * Identifiers of patients in an English or Chinese text, in order, not overlapping. It finds what has a form or a label: numbers,
 * addresses, dates, contacts, and names in a labelled field ("Patient name: …", "姓名：…"). It does not find names in running text,
 * with or without a title, nor places without a street, nor biometric data: text without findings is not thereby free of them.
 * Doses, laboratory values, ratios and ages up to 89 are no findings.
 */
export function findIdentifiers(text: string): PhiFinding[] {
  if (!/[\d@:：]|www\./iu.test(text)) return [];
  const found: PhiFinding[] = [];
  for (const { class: kind, strength, pattern, accept } of phiPatterns) {
    for (const match of text.matchAll(pattern)) {
      const id = match.groups?.id ?? match[0];
      if (accept !== undefined && !accept(id)) continue;
      const start = match.index + match[0].lastIndexOf(id);
      const end = start + id.length;
      const taken = found.some((other) => start < other.end && other.start < end);
      if (!taken) found.push({ class: kind, strength, start, end });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}
