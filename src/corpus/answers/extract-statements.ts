import type { Candidate } from './extract-candidate.ts';
import type { OptionContext } from './extract-context.ts';
import { isDisowned } from './extract-disowned.ts';
import { readLabels } from './extract-labels.ts';
import { optionTextAt } from './extract-option-text.ts';

const before =
  '(?:^|[.;:,!?\\n(]\\s*|\\b(?:[Oo]ption|[Cc]hoice|[Aa]nswer|[Tt]hus|[Tt]herefore|that|[Hh]ence|because|[Ss]o|and|but|think|believe|[Oo]nly|making)\\s+)';
const verdict =
  '(?:correct|right|best|the answer|most (?:appropriate|likely|accurate|suitable)|preferred(?!\\s+(?:in|for|when|if|over|with|as)\\b))';
const patterns: readonly RegExp[] = [
  new RegExp(
    `${before}\\(?([A-Z])\\)?(?:[.):]?\\s*\\([^)\\n]*\\)|\\s*[,:]\\s*[^,.\\n]{1,60},|,)?\\s+(?:is|was|seems|appears to be|would be)\\s+(?:clearly |therefore |thus |indeed |definitely |probably |likely )*(?:the\\s+)?(?:only\\s+|single\\s+)?${verdict}\\b(?!\\s+(?:if|only if|when)\\b)(?![^.\\n]{0,60}\\?)`,
    'g',
  ),
  /(?:^|[,。;、\s:(]|选项|因此|所以|故|即|只有|仅)([A-Z])(?:选项|项)?(?:是|为)?(?:最|更)?(?:正确|对的|符合题意|恰当|合适|适宜|佳)(?!吗)/g,
  // "✅ B" and "B. text ✅".
  /[✅✔☑]\uFE0F?\s*(?:[Oo]ption\s+)?\(?([A-Z])(?=[).:,、\s]|$)/gu,
  /(?:^|\n)[ \t•-]*\(?([A-Z])[).:、][^\n]*[✅✔☑]/gu,
  // "(D对)" in a commentary that goes through the options.
  /\(([A-Z])(?:项)?(?:对|正确|√)[,)]/g,
];

/** "Option B is correct", "B项正确": one option called right, not the place of an answer. */
export function findStatements(text: string, context: OptionContext): Candidate[] {
  const named = patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const label = match[1];
      if (label === undefined || isDisowned(text, match.index + match[0].indexOf(label))) return [];
      return statement(match, [label], context);
    }),
  );
  return [...named, ...superlatives(text, context)];
}

const superlative =
  /\b(?:most (?:likely|appropriate|suitable|accurate|probable)|best(?: next)?|next best|correct)\s+[^.\n?!]{0,60}?\b(?:is|would be|should be)\s+(?:to\s+(?:start|give|order|perform|prescribe|administer|begin|obtain)\s+)?/gi;

/** "The most likely diagnosis is mitral stenosis." where that is an option's text. */
function superlatives(text: string, context: OptionContext): Candidate[] {
  return [...text.matchAll(superlative)].flatMap((match) => {
    const named = optionTextAt(text.slice(match.index + match[0].length), context);
    if (named === null || !/^\s*(?:$|[.\n,(;!])/.test(named.rest) || isDisowned(text, match.index)) return [];
    return statement(match, [named.label], context);
  });
}

function statement(match: RegExpExecArray, labels: string[], context: OptionContext): Candidate[] {
  if (labels.some((label) => !context.labels.includes(label))) return [];
  const end = match.index + match[0].length;
  return [{ index: match.index, end, strength: 'statement', rule: 'statement', meaning: { kind: 'labels', labels } }];
}

/**
 * Sentences that name the whole answer in passing: "(B错,为本题正确答案)" in commentaries on items that ask for the wrong
 * statement (single answer only: the commentary may name several in turn), "Options A, B and D are correct", "ABD都正确".
 */
export function findNamedAsAnswer(text: string, context: OptionContext): Candidate[] {
  const inPassing = context.multiple
    ? []
    : [...text.matchAll(/([A-Z])(?:项)?[对错],(?:故)?(?:为|是)本题(?:的)?正确答案/g)];
  const plural = text.matchAll(
    /(?:\b(?:[Oo]ptions|[Cc]hoices|[Aa]nswers|[Bb]oth)\s+|^|[.\n。]\s*|,(?=[A-Z]+(?:都|均|皆)))(?=\(?[A-Z]\b|[A-Z]{2,}(?:都|均|皆))/g,
  );
  return [
    ...inPassing.flatMap((match) => asProse(match, match[1] === undefined ? [] : [match[1]], context)),
    ...[...plural].slice(-300).flatMap((match) => {
      const start = match.index + match[0].length;
      const reading = readLabels(text.slice(start, start + 300), context);
      const agree =
        /^\s*(?:are\s+(?:all\s+|both\s+)?(?:correct|right|true|the correct)\b|(?:都|均|皆)(?:是)?(?:正确|对))/;
      if (reading === null || reading.labels.length < 2 || reading.alternatives || !agree.test(reading.rest)) return [];
      return isDisowned(text, start) ? [] : asProse(match, reading.labels, context);
    }),
  ];
}

function asProse(match: RegExpExecArray, labels: string[], context: OptionContext): Candidate[] {
  return statement(match, labels, context).map((candidate) => ({ ...candidate, strength: 'prose' as const }));
}
