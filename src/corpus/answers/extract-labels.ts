import type { OptionContext } from './extract-context.ts';
import { optionTextAt } from './extract-option-text.ts';

/** Labels read at one place: those named, whether as alternatives ("B or C"), and the text after them. */
export type LabelReading = { labels: string[]; alternatives: boolean; rest: string };

const opening = /^(?:[\s"'“‘「『【《[({<:=→>-]|👉|➡\uFE0F?|☞)+/u;
const closing = /^[)\]】》}>」』"'”’]+/;
const fillers =
  /^(?:(?:probably|possibly|maybe|perhaps|most likely|likely|definitely|clearly|simply|therefore|thus|again|now|indeed|actually|certainly|i think|i believe|it's|it is|would be|should be|must be|is|option|choice|letter|answer|the|either|both)\b|选项|答案|大概|也许|可能|估计|我认为|我觉得|我选|应该|应当|应|就是|为|是|选择|选(?!项)|\\boxed)\s*/i;

/** English words after which a bare letter still reads as a label; any other lower-case word makes it part of a term. */
const continuation =
  /^\s+(?:i\.e|namely|because|since|as|and|or|but|due|for|given|with|which|where|based|not|rather|is|was|in|from|per|according|so|then|that|here|instead|over|only|alone|however|though|if|when|by|on|are|were|explanation|reason|reasoning|rationale|justification|note|confidence|final|answer|therefore|this)\b/i;
/** Genus initials: "C. difficile" is an organism, not option C. */
const organism =
  /^\.\s?(?:difficile|coli|aureus|pylori|cereus|anthracis|botulinum|perfringens|tetani|trachomatis|pneumoniae|psittaci|albicans|neoformans|glabrata|auris|fumigatus|flavus|burgdorferi|melitensis|abortus|pertussis|henselae|quintana|fragilis|jejuni|fetus|diphtheriae|burnetii|immitis|faecalis|faecium|cloacae|histolytica|granulosus|multilocularis|vermicularis|dermatitidis|hominis|baumannii|israelii|lumbricoides|duodenale|latum|elegans)\b/i;
const chineseAfter =
  /^(?:选项|项|因|由于|是|为|正确|最|而|和|与|及|或|还是|的|等|吧|了|不选|都对|均对|皆对|都正确|均正确|皆正确|都是|均是|符合|理由|解析|解释)/;

/** In items with several answers: a label on a line of its own continues a list. */
const nextLine = /^[.)]?[ \t]*\n+[ \t]*(?:[-•][ \t]*)?(?=[([]?[A-Z][)\].]{0,2}[ \t]*(?:\n|$))/;

/**
 * Reads labels at the start of a text, after quotes, brackets and filler words: one letter, a list ("A, C and D"), or a run
 * ("ACD"). Null when no label is there, or when the letter is part of a word or clinical term ("A physician", "B cell",
 * "D-dimer", "B超").
 */
export function readLabels(text: string, context: OptionContext): LabelReading | null {
  // A word label such as "maybe" must not be taken for a filler.
  const word = context.kind === 'words' ? wordToken(text.replace(opening, ''), context) : null;
  if (word !== null) return { labels: word.labels, alternatives: false, rest: word.rest };
  const start = skipFillers(text);
  const first = readToken(start.text, context, start.bracketed);
  if (first === null) return null;
  const items: { labels: string[]; before: string; rest: string }[] = [
    { labels: first.labels, before: '', rest: first.rest },
  ];
  let rest = first.rest;
  for (;;) {
    const separator =
      /^\s*(?:,|;|、|&|\+|\/|和|与|及|以及|或者?|还是|\band\b|\bor\b)(?:\s*\b(?:and|or)\b)?[\s"'“‘【[({]*(?:option\s|选项)?/i.exec(
        rest,
      ) ?? (context.multiple ? nextLine.exec(rest) : null);
    if (separator === null) break;
    const next = readToken(rest.slice(separator[0].length), context, /[[({【]\s*$/.test(separator[0]));
    if (next === null || next.labels.some((label) => items.some((item) => item.labels.includes(label)))) break;
    items.push({ labels: next.labels, before: separator[0], rest: next.rest });
    rest = next.rest;
  }
  const kept = dropNewClause(items);
  if (kept === null) return null;
  const alternatives =
    isAlternative(kept.at(-1)?.rest ?? '') || kept.some((item) => /\/|\bor\b|或|还是/i.test(item.before));
  return { labels: kept.flatMap((item) => item.labels), alternatives, rest: kept.at(-1)?.rest ?? '' };
}

/** "B (or C)", "B, or maybe C": the text after a label names another one instead. */
export function isAlternative(rest: string): boolean {
  return /^[\s,(]*(?:or|或)\s*(?:maybe|possibly|perhaps|also|even)?\s*\(?[A-Z](?![\p{L}\p{N}])/u.test(rest);
}

function skipFillers(text: string): { text: string; bracketed: boolean } {
  let rest = text;
  let bracketed = false;
  for (;;) {
    const open = opening.exec(rest)?.[0] ?? '';
    if (open !== '') bracketed = /[[({【「『<"'“‘]\s*$/.test(open);
    const after = rest.slice(open.length);
    const filler = fillers.exec(after)?.[0] ?? '';
    if (filler !== '') bracketed = false;
    if (open === '' && filler === '') return { text: rest, bracketed };
    rest = after.slice(filler.length);
  }
}

/** "B, A and D are wrong": where a verb follows, what stands after the last comma is the subject of a new clause. */
function dropNewClause<Item extends { before: string; rest: string }>(items: Item[]): Item[] | null {
  const last = items.at(-1);
  if (last === undefined) return null;
  const verb = /^\s*(?:are|is|was|were|can|could|do|does|have|has|would|should|may|might|both)\b/i;
  const unread = /^\s*(?:和|与|及|或|、|and\b|or\b)\s*[A-Z]/;
  if (/^\s*are\s+(?:all\s+|both\s+)?(?:correct|right|true|the correct)\b/i.test(last.rest)) return items;
  if (!verb.test(last.rest) && !unread.test(last.rest)) return items;
  const comma = items.findLastIndex((item) => /[,;]/.test(item.before));
  if (comma > 0) return items.slice(0, comma);
  return unread.test(last.rest) ? null : items;
}

type Token = { labels: string[]; rest: string };

function readToken(text: string, context: OptionContext, bracketed: boolean): Token | null {
  if (context.kind === 'words') return wordToken(text, context);
  if (context.kind === 'digits') return digitToken(text);
  const run = /^[A-Z]+/.exec(text)?.[0] ?? '';
  if (run.length > 1) return runToken(run, text, context);
  const letter = /^[A-Za-z]/.exec(text)?.[0];
  if (letter === undefined) return null;
  const rest = text.slice(1);
  const closed = closing.exec(rest)?.[0] ?? '';
  const isLower = letter !== letter.toUpperCase();
  // A lower-case letter is a label only where it stands alone: in brackets, before a full stop or at the end of its line.
  if (
    isLower &&
    !(bracketed && closed !== '') &&
    !/^[.):;,]*\s*(?:$|\n)|^[.)]{1,2}\s|^\s+(?:because|since)\b/.test(rest)
  )
    return null;
  const label = letter.toUpperCase();
  // "X" and its like stand for the letter to be filled in when no option bears them.
  if (/[XYZN]/.test(label) && !context.labels.includes(label)) return null;
  if (!(bracketed && closed !== '') && !endsLabel(label, rest, context)) return null;
  return { labels: [label], rest: rest.slice(closed.length) };
}

function wordToken(text: string, context: OptionContext): Token | null {
  const upper = text.toUpperCase();
  const label = [...context.labels]
    .sort((a, b) => b.length - a.length)
    .find((word) => upper.startsWith(word) && !/^[\p{L}\p{N}]/u.test(text.slice(word.length)));
  return label === undefined ? null : { labels: [label], rest: text.slice(label.length) };
}

function digitToken(text: string): Token | null {
  const match =
    /^(\d{1,2})(?![\d%])(?!\.\d)(?!\s*(?:mg|g|ml|mcg|kg|h|hours?|days?|weeks?|years?|mm|cm|times?)\b)/i.exec(text);
  return match?.[1] === undefined ? null : { labels: [match[1]], rest: text.slice(match[0].length) };
}

/** Adjoining capitals such as ACD; in items with one answer only in order, since other runs are words (CT, CAD). */
function runToken(run: string, text: string, context: OptionContext): Token | null {
  const letters = [...run];
  const rest = text.slice(run.length);
  const known = letters.every((letter) => context.labels.includes(letter)) && new Set(letters).size === letters.length;
  const ordered = letters.every((letter, i) => i === 0 || (letters[i - 1] ?? '') < letter);
  if (!known || (!ordered && !context.multiple) || !endsLabel('run', rest, context)) return null;
  return { labels: letters, rest: rest.replace(closing, '') };
}

/** Whether a letter that is followed by `rest` stands for an option rather than for an article, pronoun or clinical term. */
function endsLabel(label: string, rest: string, context: OptionContext): boolean {
  // "B+D" names two options where several may be right; elsewhere "A+" is a grade or a blood group.
  if (context.multiple && /^\s?\+\s?[A-Z](?![A-Za-z0-9])/.test(rest)) return true;
  if (/^[A-Za-z0-9%+^°]/.test(rest)) return false;
  if (/^[-–—'’][\p{L}\p{N}]/u.test(rest)) return false;
  if (organism.test(rest) || /^\.[A-Za-z]\./.test(rest)) return false;
  const own = optionTextAt(rest.replace(/^[\s.):,、-]+/, ''), context);
  if (own !== null && own.label === label) return true;
  if (/^\p{Script=Han}/u.test(rest)) return chineseAfter.test(rest);
  if (/^\s+\p{Script=Han}/u.test(rest)) return true;
  if (/^[ \t]+[\p{L}\p{N}]/u.test(rest)) return continuation.test(rest) && !startsTerm(label, rest);
  return true;
}

/** "A given patient", "A final note", "I was unsure": article and pronoun before words that may follow a label as well. */
function startsTerm(label: string, rest: string): boolean {
  if (label === 'I') return /^\s+(?:was|were|is|are|then|only|however)\b/i.test(rest);
  return (
    label === 'A' &&
    /^\s+(?:given|final|note|reason|reasoning|rationale|justification|explanation|confidence|answer|this|that)\b(?!\s*:)/.test(
      rest,
    )
  );
}
