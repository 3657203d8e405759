/**
 * Everything of Unicode's class C (controls, zero-width and bidirectional marks, tags, private use) but line breaks and
 * tabs; variation selectors; blanks that pose as letters. A reader sees none of them, a model reads all of them.
 */
const invisible = /[^\P{C}\n\t]|[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]|\u034F|[\u115F\u1160\u2800\u3164\uFFA0]/gu;

/** What colours a terminal: an escape with its letters. */
const terminalCodes = /[^\P{Cc}\n\t]\[[\d;]*[A-Za-z]/gu;

/** Words of chat templates, which a judge's server may read as the border of a message. */
const controlTokens =
  /<\|[^|<>\n]{1,40}\|>|<｜[^｜<>\n]{1,40}｜>|\[\/?INST\]|<<\/?SYS>>|<\/?s>|<\/?(?:start|end)_of_turn>|<(?:bos|eos|pad|unk)>/giu;

/** The text as a reader sees it: without characters that show nothing, with one kind of line break. */
export function visibleText(text: string): string {
  return withPlainBreaks(text).replace(terminalCodes, '').replace(invisible, '');
}

/** True where a text holds characters that show nothing; a byte order mark at its start is none. */
export function hasHiddenCharacters(text: string): boolean {
  return (
    withPlainBreaks(text)
      .replace(/^\uFEFF/u, '')
      .search(invisible) >= 0
  );
}

export function hasControlTokens(text: string): boolean {
  return visibleText(text).search(controlTokens) >= 0;
}

/**
 * The text as it may stand before a judge: visible characters only, words of chat templates taken out, and no run of
 * equal signs that looks like a line of the fence.
 */
export function neutralText(text: string): string {
  return visibleText(text).replace(controlTokens, ' ').replace(/={3,}/gu, '==');
}

function withPlainBreaks(text: string): string {
  return text.toWellFormed().replace(/\r\n?|[\u2028\u2029]/gu, '\n');
}

/** Letters of other scripts that look like Latin ones; each pair stands as look-alike, then Latin. */
const lookAlikes = new Map(
  Array.from(
    (
      'аa еe оo рp сc уy хx іi јj ѕs һh ԁd ԛq ԝw кk мm тt нh вb ѵv ԍg ӏl αa οo ρp εe ιi κk νv τt υu χx ηn βb ϲc ' +
      'օo սu ոn ıi ɑa ɡg ꜱs ᴄc ᴏo ʀr ᴇe ɪi ᴛt ᴜu ᴀa ɢg ᴠv ʟl ɴn ᴍm ᴅd ᴊj ᴋk ᴘp ʙb ʏy ꞓc'
    ).split(' '),
    (pair) => [pair.slice(0, -1), pair.slice(-1)] as const,
  ),
);

/** Digits and signs that stand for letters inside a word, as in sc0re. */
const signs: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  $: 's',
  '@': 'a',
};

/**
 * What a text looks like: visible characters, compatibility forms resolved, accents off, look-alikes of Latin letters
 * and letters apart (s c o r e) joined. For comparing with patterns only; other languages are unreadable in this form.
 */
export function skeletonText(text: string): string {
  return visibleText(text)
    .normalize('NFKC')
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/\p{L}/gu, (letter) => lookAlikes.get(letter) ?? letter)
    .replace(/(?<![\p{L}\p{N}])(?:[a-z][ ._*-]){3,}[a-z](?![\p{L}\p{N}])/gu, (word) => word.replace(/[^a-z]/gu, ''))
    .replace(/(?<=[a-z])[013457$@](?=[a-z])/gu, (sign) => signs[sign] ?? sign)
    .replace(/[^\S\n]+/gu, ' ');
}
