import { abstentionPhrase, isBareAbstention } from './extract-abstention.ts';
import type { Candidate } from './extract-candidate.ts';
import { type McqOption, type OptionContext, optionContext } from './extract-context.ts';
import { type LineReading, labelLines, leadingLabel, wholeReplyLabels } from './extract-lines.ts';
import { findCandidates, meansAll } from './extract-markers.ts';
import { singleSentenceOption, wholeReplyOption } from './extract-option-text.ts';
import { answerRegions } from './extract-region.ts';

export type UnparsableReason =
  | 'empty'
  | 'reasoning-not-closed'
  | 'no-answer-found'
  | 'more-than-one-answer'
  | 'label-and-text-disagree';

/**
 * What a reply to a multiple-choice item says, the rule that read it, and the words it was read from. Labels are those of
 * the item, in its order; out-of-range labels are as the reply wrote them.
 */
export type Extraction =
  | { state: 'answered'; labels: string[]; rule: string; quote: string }
  | { state: 'abstained'; rule: string; quote: string }
  | { state: 'out-of-range'; labels: string[]; rule: string; quote: string }
  | { state: 'unparsable'; reason: UnparsableReason };

export type ExtractionInput = {
  reply: string;
  options: readonly McqOption[];
  /** Whether the item may have several right options; otherwise a reply that names two is unparsable. */
  multiple?: boolean;
};

/**
 * Reads the answer out of a reply in English or Chinese. Never guesses: a capital in prose, a clinical term with a letter
 * ("hepatitis B"), a draft inside the reasoning and a repeated list of options give no answer.
 */
export function extractAnswer({ reply, options, multiple = false }: ExtractionInput): Extraction {
  const context = optionContext(options, multiple);
  const { regions, unfinished } = answerRegions(reply);
  let result: Extraction = { state: 'unparsable', reason: unfinished ? 'reasoning-not-closed' : 'empty' };
  for (const region of regions) {
    result = extractFrom(region, context);
    if (result.state !== 'unparsable' || result.reason !== 'no-answer-found') return result;
  }
  return result;
}

function extractFrom(text: string, context: OptionContext): Extraction {
  const named = wholeReplyOption(text, context);
  if (named !== null)
    return answered([named], { rule: 'whole-option-text', quote: text.trim().slice(0, 200).toWellFormed() }, context);
  if (context.multiple && text.length < 30 && meansAll.test(text))
    return answered(context.labels, { rule: 'all-options', quote: text.trim().slice(0, 200).toWellFormed() }, context);
  const whole = wholeReplyLabels(text, context);
  if (whole !== null) return fromLine(whole, context);
  if (isBareAbstention(text))
    return { state: 'abstained', rule: 'abstention', quote: text.trim().slice(0, 200).toWellFormed() };
  const candidates = findCandidates(text, context);
  const chosen = binding(candidates, text);
  if (chosen !== null) return fromCandidate(chosen, text, context);
  const lines = labelLines(text, context);
  if (lines !== null) return fromLine(lines, context);
  return fromStatements(candidates, text, context) ?? withoutPlace(text, context);
}

/** Abstention, a label that opens the reply, or a single sentence that names an option, in this order. */
function withoutPlace(text: string, context: OptionContext): Extraction {
  const abstention = abstentionPhrase(text, context);
  if (abstention !== null) return { state: 'abstained', rule: 'abstention', quote: abstention.phrase };
  const leading = leadingLabel(text, context);
  if (leading !== null) return fromLine(leading, context);
  const advised = singleSentenceOption(text, context);
  if (advised !== null)
    return answered([advised], { rule: 'option-text', quote: text.trim().slice(0, 200).toWellFormed() }, context);
  return { state: 'unparsable', reason: 'no-answer-found' };
}

const retraction =
  /\bno\b[,.]\s|\b(?:wait|actually|correction|on second thoughts?|on reflection|chang(?:e|ed|ing) my (?:mind|answer)|let me (?:correct|reconsider|re-?think|revise|re-?check)|i was wrong|mistake|scratch that|revis(?:e|ed|ing)|reconsider(?:ing)?)\b|不对|更正|改为|改选|纠正|重新(?:考虑|分析|审题|判断)|应改/i;

/**
 * The place that binds: the last one in the requested form, unless the reply takes it back and then names another; without
 * one, the last sentence that names an answer. Statements about single options are weighed elsewhere.
 */
function binding(candidates: readonly Candidate[], text: string): Candidate | null {
  const formal = candidates.findLast((candidate) => candidate.strength === 'formal');
  const prose = candidates.findLast((candidate) => candidate.strength === 'prose');
  const rival = formal === undefined ? undefined : joinedTo(formal, candidates, text);
  if (rival !== undefined) return rival;
  if (formal === undefined || prose === undefined) return formal ?? prose ?? null;
  const between = text.slice(formal.index, prose.end);
  return prose.index > formal.index && retraction.test(between) ? prose : formal;
}

const joined = /^\\boxed\s*\{[^{}\n]{1,40}\}[\s$.]*(?:or|and|\/|,|或者?|和|与|、)?[\s$]*$/i;

/** "\boxed{A} or \boxed{B}": two places side by side that name different labels are one place that names both. */
function joinedTo(last: Candidate, candidates: readonly Candidate[], text: string): Candidate | undefined {
  const before = candidates.findLast(
    (candidate) => candidate.rule === last.rule && candidate.index < last.index && candidate.strength === 'formal',
  );
  if (before?.meaning.kind !== 'labels' || last.meaning.kind !== 'labels') return undefined;
  if (!joined.test(text.slice(before.index, last.index))) return undefined;
  const labels = [...new Set([...before.meaning.labels, ...last.meaning.labels])];
  return labels.length === last.meaning.labels.length
    ? undefined
    : { ...last, index: before.index, meaning: { kind: 'labels', labels } };
}

function fromStatements(candidates: readonly Candidate[], text: string, context: OptionContext): Extraction | null {
  // Statements need not go through all options, so they cannot give the whole answer of an item with several.
  if (context.multiple) return null;
  const statements = candidates.filter((candidate) => candidate.strength === 'statement');
  const [first] = statements;
  if (first === undefined) return null;
  const labels = new Set(
    statements.flatMap((candidate) => (candidate.meaning.kind === 'labels' ? candidate.meaning.labels : [])),
  );
  return answered([...labels], { rule: 'statement', quote: quoteOf(first, text) }, context);
}

function fromCandidate(candidate: Candidate, text: string, context: OptionContext): Extraction {
  const source = { rule: candidate.rule, quote: quoteOf(candidate, text) };
  switch (candidate.meaning.kind) {
    case 'labels':
      return answered(candidate.meaning.labels, source, context);
    case 'abstains':
      return { state: 'abstained', ...source };
    case 'alternatives':
      return { state: 'unparsable', reason: 'more-than-one-answer' };
    case 'conflict':
      return { state: 'unparsable', reason: 'label-and-text-disagree' };
  }
}

function fromLine({ labels, rule, quote }: LineReading, context: OptionContext): Extraction {
  return answered(labels, { rule, quote }, context);
}

function answered(
  labels: readonly string[],
  source: { rule: string; quote: string },
  context: OptionContext,
): Extraction {
  if (labels.some((label) => !context.labels.includes(label)))
    return { state: 'out-of-range', labels: [...labels], ...source };
  if (labels.length > 1 && !context.multiple) return { state: 'unparsable', reason: 'more-than-one-answer' };
  const ordered = context.labels
    .filter((label) => labels.includes(label))
    .map((label) => context.original.get(label) ?? label);
  return { state: 'answered', labels: ordered, ...source };
}

function quoteOf(candidate: Candidate, text: string): string {
  // A cut may go through a pair of surrogates.
  return text.slice(candidate.index, candidate.end).trim().slice(0, 80).toWellFormed();
}
