import type { QuestionLanguage } from './schema.ts';

/**
 * The text as it is kept: the source's characters, with line breaks as LF, without outer blanks and without U+FEFF,
 * which is left over from a file's encoding wherever it stands. Nothing else is changed: joined emoji, private-use
 * characters and no-break spaces are the source's own.
 */
export function keptText(source: string): string {
  return source.replace(/\r\n?/g, '\n').replaceAll('\uFEFF', '').trim();
}

/** Why a text cannot be kept by the database or written as UTF-8, or undefined when it can. */
export function textDefect(source: string): string | undefined {
  if (source.includes('\u0000')) return 'contains the character U+0000';
  if (!source.isWellFormed()) return 'contains half of a surrogate pair (a broken \\u escape)';
  return undefined;
}

const superscripts = /[\u00B2\u00B3\u00B9\u2070\u2071\u2074-\u207F]+/gu;
const subscripts = /[\u2080-\u208E]+/gu;
const ignorable = /\p{Default_Ignorable_Code_Point}/gu;
const blankToFill = /\(\s*\)|\[\s*\]|_{2,}/gu;
const han = '\\p{Script=Han}\\u3000-\\u303F\\uFF00-\\uFFEF';
const spaceAtHan = new RegExp(`(?<=[${han}])\\s+|\\s+(?=[${han}])`, 'gu');
const plainAscii = /^[\t\n\r\x20-\x7E]*$/;

/**
 * The form in which two texts are compared: NFKC, no invisible characters, one space for any run of blanks, none beside
 * a Han character, and one mark for a blank to fill in (`（　　）`, `()`, `____`). Capitals stay, because genotypes AA and aa are
 * two options; super- and subscripts stay apart from plain digits, because 10⁵ is not 105.
 */
export function comparableText(source: string): string {
  if (plainAscii.test(source)) return collapse(source.replace(blankToFill, ' _ '));
  const folded = source
    .replace(ignorable, '')
    .replace(superscripts, (run) => `^${run}`)
    .replace(subscripts, (run) => `~${run}`)
    .normalize('NFKC')
    .replace(blankToFill, ' _ ');
  return collapse(folded).replace(spaceAtHan, '');
}

function collapse(source: string): string {
  return source.replace(/\s+/g, ' ').trim();
}

/** The comparable form of a stem: also without the blank to fill in and the punctuation that only end it. */
export function comparableStem(source: string): string {
  const text = comparableText(source);
  return text.replace(/[\s_.。:;,、?!]+$/u, '') || text;
}

const scripts = {
  han: /\p{Script=Han}/gu,
  kana: /[\p{Script=Hiragana}\p{Script=Katakana}]/gu,
  latin: /\p{Script=Latin}/gu,
  letters: /\p{L}/gu,
};

/**
 * The language of a text by its scripts: zh where at least a fifth of the letters are Han and there is no kana, en where
 * at least half are Latin, else other. A text without letters (numbers only) is en.
 */
export function languageOf(source: string): QuestionLanguage {
  const sample = source.slice(0, 4_000);
  const count = (script: RegExp): number => sample.match(script)?.length ?? 0;
  const letters = count(scripts.letters);
  if (letters === 0) return 'en';
  if (count(scripts.kana) > 0 && count(scripts.kana) * 20 >= letters) return 'other';
  if (count(scripts.han) * 5 >= letters) return 'zh';
  return count(scripts.latin) * 2 >= letters ? 'en' : 'other';
}

/** True where a text has characters of a private-use area, which no font but the source's own shows. */
export function hasPrivateUse(source: string): boolean {
  return /\p{Co}/u.test(source);
}

/** True where a text has zero-width characters or soft hyphens outside joined emoji and scripts that need joiners. */
export function hasInvisible(source: string): boolean {
  return /[\u00AD\u200B\u2060\u200E\u200F\u202A-\u202E]/u.test(source);
}
