import type { QuestionOption } from '../schema.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The label of the option at a 0-based place: A, B, C …; undefined beyond Z or below 0. */
export function labelAt(place: number): string | undefined {
  return Number.isInteger(place) && place >= 0 ? letters[place] : undefined;
}

/** Texts labelled A, B, C … in their order. */
export function labelled(texts: readonly string[]): QuestionOption[] {
  return texts.map((text, at) => ({ label: labelAt(at) ?? '', text }));
}

/** True for the ways in which sources write "no answer": nothing, or the text that pandas writes for it. */
export function isMissing(text: string | null | undefined): boolean {
  return text === null || text === undefined || /^\s*(nan|none|null)?\s*$/i.test(text);
}

/**
 * The labels in an answer like "B", "b", "ABD", "A,B,D" or "A、B"; empty for a missing answer, undefined for text that is no
 * list of letters. Whether they are labels of options is for the question's schema to say.
 */
export function answerLabels(text: string | null | undefined): string[] | undefined {
  if (isMissing(text)) return [];
  const plain = (text ?? '')
    .normalize('NFKC')
    .replace(/[\s,;、.。/]+/gu, '')
    .toUpperCase();
  return /^[A-Z]{1,10}$/.test(plain) ? [...plain] : undefined;
}

/**
 * The options of one cell that holds them line by line, each with its printed letter ("A …", "A. …", "A、…", "（A）…"). A line
 * that begins no higher letter goes on with the option above. Letters may have gaps: they are what answers refer to.
 * Undefined when the cell does not begin with an option.
 */
export function optionLines(cell: string): QuestionOption[] | undefined {
  const options: QuestionOption[] = [];
  for (const line of cell.split(/\r\n|\r|\n/)) {
    const begin = /^[\s(（]*([A-ZＡ-Ｚ])(?:[\s.．、:：)）]+|$)(.*)$/su.exec(line);
    const label = begin?.[1]?.normalize('NFKC');
    const last = options.at(-1);
    if (label !== undefined && follows(label, last?.label)) options.push({ label, text: begin?.[2] ?? '' });
    else if (last !== undefined) last.text += `\n${line}`;
    else if (line.trim() !== '') return undefined;
  }
  return options.length === 0 ? undefined : options;
}

/** One letter may be left out between two options or before the first; a greater step is text that begins with a letter. */
function follows(label: string, last: string | undefined): boolean {
  const step = label.charCodeAt(0) - (last?.charCodeAt(0) ?? 64);
  return step === 1 || step === 2;
}

/** English kebab-case of a name of a subject: "Social & Preventive Medicine" → "social-preventive-medicine". */
export function kebab(name: string): string | undefined {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain === '' ? undefined : plain;
}
