import type { Transformation } from './transformation.ts';

/** Base64 of the UTF-8 bytes (RFC 4648, section 4). */
export const base64: Transformation = {
  code: 'base64',
  apply: (text) => Buffer.from(text, 'utf8').toString('base64'),
  undo: (text) => Buffer.from(text, 'base64').toString('utf8'),
  obstacle: notUnicode,
};

/** Two hexadecimal digits for each UTF-8 byte. */
export const hex: Transformation = {
  code: 'hex',
  apply: (text) => Buffer.from(text, 'utf8').toString('hex'),
  undo: (text) => Buffer.from(text, 'hex').toString('utf8'),
  obstacle: notUnicode,
};

/** Latin letters moved by 13 places; its own inverse. */
export const rot13: Transformation = {
  code: 'rot13',
  apply: rotate,
  undo: rotate,
  obstacle: (text) => (/[a-z]/i.test(text) ? undefined : 'it has no Latin letter to move'),
};

function rotate(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const first = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first);
  });
}

/** The characters (code points) in the opposite order; its own inverse. */
export const reversed: Transformation = {
  code: 'reversed',
  apply: (text) => [...text].reverse().join(''),
  undo: (text) => [...text].reverse().join(''),
  obstacle: notUnicode,
};

function notUnicode(text: string): string | undefined {
  return text.isWellFormed() ? undefined : 'it has half of a surrogate pair';
}
