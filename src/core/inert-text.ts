/**
 * Characters that are not seen but change how others are shown or where a line ends: C0 and C1 but for tab and line feed,
 * directional controls, separators, zero-width and tag characters.
 */
const hidden = /(?![\t\n])[\p{Cc}\p{Bidi_Control}\u2028\u2029\u200b\u2060-\u2064\ufeff\u{e0000}-\u{e007f}]/gu;

/**
 * Text of models and files for people's eyes: each hidden character stands as its code point in brackets, for example
 * `[U+202E]`, so that no terminal, viewer or page does what it says. Line breaks are line feeds; lone surrogates are U+FFFD.
 */
export function inertText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n/gu, '\n')
    .replace(hidden, (one) => `[U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`);
}

/**
 * JSON of a value in which no character acts on the terminal or editor that shows the file: what `inertText` marks is
 * written as an escape, so that a parser reads the very same text.
 */
export function inertJson(value: unknown): string {
  return JSON.stringify(value).replace(hidden, (one) =>
    Array.from({ length: one.length }, (_, i) => `\\u${one.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  );
}
