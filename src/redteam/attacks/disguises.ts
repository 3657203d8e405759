import { seededRandom } from '../../core/random.ts';
import type { Transformation } from './transformation.ts';

/** Of the characters that could be replaced, the share that is. */
const share = 0.5;

/** Each replaceable character is replaced or left by the seed; the replacements must not stand in the text before. */
function substitution(code: string, table: readonly (readonly [string, string])[], what: string): Transformation {
  const forth = new Map(table);
  const back = new Map(table.map(([from, to]) => [to, from]));
  return {
    code,
    apply: (text, seed) => {
      const random = seededRandom(seed);
      return Array.from(text, (character) => {
        const other = forth.get(character);
        return other === undefined || random() >= share ? character : other;
      }).join('');
    },
    undo: (text) => Array.from(text, (character) => back.get(character) ?? character).join(''),
    obstacle: (text) => {
      const characters = [...text];
      const taken = characters.find((character) => back.has(character));
      if (taken !== undefined) return `it has ${what} already ("${taken}")`;
      return characters.some((character) => forth.has(character)) ? undefined : 'it has no character to replace';
    },
  };
}

/** Digits and signs for letters that they look like. */
export const leetspeak = substitution(
  'leetspeak',
  [
    ['a', '4'],
    ['e', '3'],
    ['i', '1'],
    ['o', '0'],
    ['s', '5'],
    ['t', '7'],
    ['b', '8'],
    ['g', '9'],
  ],
  'a digit',
);

/** Cyrillic and Greek letters for the Latin ones that they look like (Unicode Technical Standard 39, confusables). */
export const homoglyphs = substitution(
  'homoglyphs',
  [
    ['a', '\u0430'],
    ['c', '\u0441'],
    ['e', '\u0435'],
    ['i', '\u0456'],
    ['j', '\u0458'],
    ['o', '\u043E'],
    ['p', '\u0440'],
    ['s', '\u0455'],
    ['x', '\u0445'],
    ['y', '\u0443'],
    ['A', '\u0410'],
    ['B', '\u0412'],
    ['C', '\u0421'],
    ['E', '\u0415'],
    ['H', '\u041D'],
    ['K', '\u041A'],
    ['M', '\u041C'],
    ['O', '\u041E'],
    ['P', '\u0420'],
    ['T', '\u0422'],
    ['X', '\u0425'],
    ['v', '\u03BD'],
  ],
  'a letter that only looks Latin',
);

/** The full-width forms of the printable ASCII characters (U+FF01 to U+FF5E). */
export const fullWidth = substitution(
  'full-width',
  Array.from({ length: 94 }, (_, i) => [String.fromCharCode(0x21 + i), String.fromCharCode(0xff01 + i)] as const),
  'a full-width character',
);

/** A character is put between characters, by the seed or always; it must not stand in the text before. */
function insertion(code: string, marks: readonly string[], always: boolean, what: string): Transformation {
  return {
    code,
    apply: (text, seed) => {
      const random = seededRandom(seed);
      return Array.from(text, (character, at) => {
        if (at === 0 || (!always && random() >= share)) return character;
        return `${marks[Math.floor(random() * marks.length)] ?? ''}${character}`;
      }).join('');
    },
    undo: (text) => marks.reduce((left, mark) => left.replaceAll(mark, ''), text),
    obstacle: (text) => {
      if (marks.some((mark) => text.includes(mark))) return `it has ${what} already`;
      return [...text].length < 2 ? 'it is one character' : undefined;
    },
  };
}

/** Zero-width space, non-joiner, joiner and word joiner between characters. */
export const zeroWidth = insertion(
  'zero-width',
  ['\u200B', '\u200C', '\u200D', '\u2060'],
  false,
  'a zero-width character',
);

/** A middle dot between all characters. */
export const spaced = insertion('spaced', ['\u00B7'], true, 'a middle dot');
