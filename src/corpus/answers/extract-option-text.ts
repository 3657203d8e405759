import { foldText, type OptionContext } from './extract-context.ts';

/** What may follow an option's text when the text is meant as the answer, and not as part of a longer term. */
const afterText =
  /^(?:$|[\n.,;:!?)\]}"'”’。、](?!\d)|\s*\(|\s+\d|\s+(?:because|since|as|is|for|in|due|given|therefore|would|should|at|once|twice|daily)\b|\s*(?:因|由于|是|为|的))/;

/** The option whose text stands at the start (the longest, an article before it allowed), with the folded text after it. */
export function optionTextAt(text: string, context: OptionContext): { label: string; rest: string } | null {
  const folded = text
    .slice(0, 600)
    .toLowerCase()
    .replace(/[ \t]+/g, ' ')
    .replace(/^[\s"'“‘「『【[({:]+/, '');
  for (const start of [folded, folded.replace(/^(?:the|an|a)\s+/, '')]) {
    for (const option of context.texts) {
      if (!start.startsWith(option.text)) continue;
      const rest = start.slice(option.text.length);
      if (afterText.test(rest)) return { label: option.label, rest };
    }
  }
  return null;
}

/** The option whose text the whole reply is, apart from case and punctuation. */
export function wholeReplyOption(text: string, context: OptionContext): string | null {
  const folded = foldText(text);
  const matches = context.texts.filter((option) => option.text === folded);
  return matches.length === 1 ? (matches[0]?.label ?? null) : null;
}

const advice =
  /^(?:(?:i would|i'd|i'll|you should|we should|please|therefore|so)[\s,]+)?(?:give|start|prescribe|choose|administer|order|perform|recommend|use|begin|obtain|initiate)\s+|^(?:应|应该|建议|给予|使用|首选|选用|予以|行)+/i;

/**
 * The option named by a reply of a single sentence that is nothing but the option's text with a dose or reason after it, or
 * advice to do it ("Start amoxicillin."). Null when another option is mentioned too or the sentence denies or asks.
 */
export function singleSentenceOption(text: string, context: OptionContext): string | null {
  // "Vancomycin, not ceftriaxone." names one option and sets another aside.
  const trimmed = text.trim().replace(/,\s*(?:not|rather than|instead of)\s+[^,.;]{1,80}(?=[.!]?$)/i, '');
  if (trimmed.length > 200 || /[\n?]|[.!。](?=\s*\S)(?!\d)/.test(trimmed)) return null;
  if (/\b(?:not|never|no|n't|avoid|without|instead of|rather than|neither)\b|n't\b|不|勿|避免|非|没/i.test(trimmed))
    return null;
  const mentioned = context.texts.filter((option) => trimmed.toLowerCase().includes(option.text));
  const [only] = mentioned.filter(
    (option) => !mentioned.some((longer) => longer !== option && longer.text.includes(option.text)),
  );
  if (only === undefined || mentioned.some((option) => option !== only && !only.text.includes(option.text)))
    return null;
  const named = optionTextAt(trimmed.replace(advice, ''), context);
  if (named === null || named.label !== only.label) return null;
  // "Amoxicillin is a penicillin" describes the option without choosing it.
  return /^\s+(?:is|would|should)\b(?!\s+(?:be\s+)?(?:the\s+)?(?:correct|best|right|most appropriate|most likely|first[- ]line))/.test(
    named.rest,
  )
    ? null
    : named.label;
}
