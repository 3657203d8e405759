import { abstainsAfterMarker } from './extract-abstention.ts';
import type { Candidate, Meaning } from './extract-candidate.ts';
import type { OptionContext } from './extract-context.ts';
import { isCounterfactual, isDisowned, isExample } from './extract-disowned.ts';
import { type LabelReading, readLabels } from './extract-labels.ts';
import { copula, type Marker, markers } from './extract-marker-patterns.ts';
import { optionTextAt } from './extract-option-text.ts';
import { findNamedAsAnswer, findStatements } from './extract-statements.ts';

/** Only the last places of one kind are read: the last binds, and a degenerate reply may repeat a phrase without end. */
const maxPlaces = 300;

/** All places of a text that name an answer or decline to, in the order of the text. */
export function findCandidates(text: string, context: OptionContext): Candidate[] {
  const found: Candidate[] = [...findNamedAsAnswer(text, context), ...findStatements(text, context)];
  for (const marker of markers) {
    for (const match of [...text.matchAll(marker.pattern)].slice(-maxPlaces)) {
      // Patterns may begin with the punctuation of the sentence before.
      const index = match.index + Math.max(0, match[0].search(/[^\s.;,!?。]/));
      const from = match.index + match[0].length;
      const candidate =
        marker.noun === true
          ? afterCopula(text, match, marker, context)
          : candidateAt(text, { index, from }, marker, context);
      if (candidate !== null) found.push(candidate);
    }
  }
  return found.sort((a, b) => a.index - b.index);
}

const copulas = new RegExp(`\\b${copula}(?=\\s|:|\\()`, 'gi');

/** Tries every copula of the sentence after the noun: "the best answer to what is shown is B". */
function afterCopula(text: string, match: RegExpExecArray, marker: Marker, context: OptionContext): Candidate | null {
  const from = match.index + match[0].length;
  const sentence = /^[^.\n?!]{0,110}/.exec(text.slice(from, from + 110))?.[0] ?? '';
  for (const verb of sentence.matchAll(copulas)) {
    if (/would be/i.test(verb[0]) && isCounterfactual(text, match.index)) return null;
    if (/\b(?:but|because|since|although|whereas|while)\b/i.test(sentence.slice(0, verb.index))) return null;
    const place = { index: match.index, from: from + verb.index + verb[0].length };
    const candidate = candidateAt(text, place, marker, context);
    if (candidate !== null) return candidate;
  }
  return null;
}

function candidateAt(
  text: string,
  place: { index: number; from: number },
  marker: Marker,
  context: OptionContext,
): Candidate | null {
  const after = text.slice(place.from, place.from + 700);
  if (marker.strength === 'prose' && isDisowned(text, place.index)) return null;
  if (marker.strength === 'formal' && isExample(text, place.index, after)) return null;
  const read = meaningAfter(after, marker, context);
  if (read === null) return null;
  const end = Math.min(text.length, place.from + 40);
  return {
    index: place.index,
    end,
    strength: marker.strength,
    rule: `${marker.rule}${read.byText ? '+text' : ''}`,
    meaning: read.meaning,
  };
}

function meaningAfter(
  after: string,
  marker: Marker,
  context: OptionContext,
): { meaning: Meaning; byText: boolean } | null {
  if (marker.strict !== true) {
    const named = optionTextAt(
      after.replace(/^\s*(?:clearly|definitely|probably|likely|most likely|therefore)\s+/i, ''),
      context,
    );
    // In items with several answers one text may be the first of a list.
    const whole = named !== null && (!context.multiple || /^\s*(?:$|[\n.。])/.test(named.rest));
    if (whole) return { meaning: { kind: 'labels', labels: [named.label] }, byText: true };
    if (marker.rule !== 'choose' && abstainsAfterMarker(after)) return { meaning: { kind: 'abstains' }, byText: false };
    if (context.multiple && meansAll.test(after))
      return { meaning: { kind: 'labels', labels: [...context.labels] }, byText: false };
  }
  const denial = /^\s*(?:definitely\s+|certainly\s+|clearly\s+)?(?:not\b|never\b|不是|并非|绝不是)/i.exec(after);
  const reading = denial === null ? readLabels(after, context) : afterDenial(after.slice(denial[0].length), context);
  if (reading === null || (marker.strict === true && !standsAlone(after, reading))) return null;
  // A question ("选A还是选B?") names nothing; in the requested form a question mark is doubt about an answer that is given.
  if (marker.strength === 'prose' && /^[^.。\n]{0,8}(?:\?|吗|还是)/.test(reading.rest)) return null;
  const meaning = interpret(reading, context);
  return meaning === null ? null : { meaning, byText: false };
}

/** In items with several answers: every option. */
export const meansAll =
  /^[\s:]*(?:all (?:of )?(?:the )?(?:above|options|choices|answers)|全选|全部(?:选项)?|以上(?:都|均|皆|全)(?:对|是|正确))/i;

/** "not A but B", "不是A,而是B". */
function afterDenial(after: string, context: OptionContext): LabelReading | null {
  const turn = /^[^.\n。]{0,40}?(?:\bbut\b(?:\s+rather)?|而是|而应选|应是)\s*/i.exec(after);
  return turn === null ? null : readLabels(after.slice(turn[0].length), context);
}

function interpret({ labels, alternatives, rest }: LabelReading, context: OptionContext): Meaning | null {
  // A choice of all options is the echo of a template: "Answer: A/B/C/D".
  if (alternatives) return labels.length >= context.labels.length ? null : { kind: 'alternatives' };
  const [label = ''] = labels;
  const text = labels.length === 1 ? optionTextAt(rest.replace(/^[\s.):(-]+/, ''), context) : null;
  const textEnds = text !== null && /^\s*(?:$|[\n.)])/.test(text.rest) && !/^\s*,/.test(rest);
  const disagree = textEnds && text.label !== label && context.labels.includes(label);
  return disagree ? { kind: 'conflict' } : { kind: 'labels', labels };
}

/** The label is in brackets, called an option, or at the end of its sentence. */
function standsAlone(after: string, reading: LabelReading): boolean {
  if (/^\s*(?:(?:option|choice|answer|选项)\s*)?[([【]|^\s*(?:option|choice|answer|选项)/i.test(after)) return true;
  return /^[).\]】。!]*\s*(?:$|\n)|^[).\]]*[.。]\s+[A-Z(]|^[,.。]/.test(reading.rest);
}
