import { AppError } from '../../core/error.ts';

/** Words that files use for a passed and a failed outcome. */
const words: Record<string, 0 | 1> = {
  true: 1,
  yes: 1,
  pass: 1,
  passed: 1,
  correct: 1,
  false: 0,
  no: 0,
  fail: 0,
  failed: 0,
  wrong: 0,
  incorrect: 0,
};

/** A score, or 1 and 0 for words of passing and failing; null for a missing value (empty, NA); undefined for other text. */
export function outcomeOf(cell: string): number | null | undefined {
  if (cell === '' || /^n\/?a$/i.test(cell)) return null;
  const number = Number(cell);
  return Number.isFinite(number) ? number : words[cell.toLowerCase()];
}

/** The column of that name, or of that number from 1. @throws AppError invalid_input that lists the columns. */
export function columnNamed(file: string, header: readonly string[], name: string): number {
  const exact = header.indexOf(name);
  const index = exact >= 0 ? exact : header.findIndex((one) => one.toLowerCase() === name.toLowerCase());
  if (index >= 0) return index;
  if (/^\d+$/.test(name) && Number(name) >= 1 && Number(name) <= header.length) return Number(name) - 1;
  throw new AppError('invalid_input', `${file} has no column “${name}”; it has ${header.join(', ')}.`);
}
