import { AppError } from '../core/error.ts';
import { seededRandom, shuffled } from '../core/random.ts';
import {
  asObject,
  asText,
  flagAt,
  type JsonObject,
  listAt,
  objectAt,
  optionalTextAt,
  textAt,
} from '../verify/fields.ts';
import type { Mixture, StartRun } from './schema.ts';

/** What an accepted example is, as its sealed row says: by this it is left out of a run, or counted. */
export type RowFacts = {
  readonly subject: string;
  readonly kind: string;
  readonly language: string;
  readonly dimensions: readonly string[];
  /** Its text was changed by reviewers, panel or adjudicator before it was accepted. */
  readonly edited: boolean;
  /** The panel decided on it. */
  readonly panel: boolean;
};

/** Reads the facts of a sealed row (`cts-row/1`); throws check_failed if it has another form. */
export function rowFacts(row: JsonObject): RowFacts {
  const signals = objectAt(row, 'signals', 'the row');
  return {
    subject: subjectOf(row),
    kind: textAt(row, 'kind', 'the row'),
    language: textAt(row, 'language', 'the row'),
    dimensions: row.dimensions === undefined ? [] : listAt(row, 'dimensions', 'the row', asText),
    edited: flagAt(signals, 'edited', 'signals'),
    panel: textAt(signals, 'by', 'signals') === 'panel',
  };
}

/** The example that a sealed row or pair belongs to. */
export function subjectOf(line: JsonObject): string {
  return textAt(objectAt(line, '_cts', 'the row'), 'subj', '_cts');
}

/** The first term of `omit` that an example fits; undefined when it stays. */
export function omittedBy(omit: string | undefined, facts: RowFacts): string | undefined {
  return omit?.split(',').find((term) => {
    const [name = '', value = ''] = term.split(':');
    if (name === 'edited') return facts.edited;
    if (name === 'panel') return facts.panel;
    if (name === 'kind') return facts.kind === value;
    if (name === 'language') return facts.language === value;
    return facts.dimensions.includes(value);
  });
}

/**
 * The rows a run trains on: all, in their order, or where `rows` or `mixture` ask for fewer, a sample in an order that
 * the seed draws. A mixture takes as many as its weights allow without repeating any. `invalid_input` if it names a kind
 * that is not there.
 */
export function chooseRows<T extends { readonly kind: string }>(
  found: readonly T[],
  { rows, mixture, seed }: Pick<StartRun, 'rows' | 'mixture' | 'seed'>,
): readonly T[] {
  if (mixture === undefined && (rows === undefined || rows >= found.length)) return found;
  const drawn = shuffled(found, seededRandom(seed));
  if (mixture === undefined) return drawn.slice(0, rows);
  const left = quotas(found, mixture, rows ?? found.length);
  return drawn.filter(({ kind }) => {
    const quota = left.get(kind) ?? 0;
    left.set(kind, quota - 1);
    return quota > 0;
  });
}

/** How many rows of each kind: proportional to the weights, rounded by largest remainder, none more than there are. */
function quotas(found: readonly { readonly kind: string }[], mixture: Mixture, limit: number): Map<string, number> {
  const weights = Object.entries(mixture).filter(([, weight]) => weight > 0);
  const sum = weights.reduce((total, [, weight]) => total + weight, 0);
  const shares = weights.map(([kind, weight]) => {
    const there = found.filter((row) => row.kind === kind).length;
    if (there === 0)
      throw new AppError('invalid_input', `The mixture asks for ${kind}, but there are no such rows to train on.`);
    return { kind, share: weight / sum, there };
  });
  const most = Math.min(limit, ...shares.map(({ share, there }) => Math.floor(there / share + 1e-9)));
  const whole = new Map(shares.map(({ kind, share }) => [kind, Math.floor(most * share + 1e-9)]));
  const missing = most - [...whole.values()].reduce((total, count) => total + count, 0);
  const byRemainder = shares.toSorted((a, b) => ((b.share * most) % 1) - ((a.share * most) % 1));
  for (const { kind } of byRemainder.slice(0, missing)) whole.set(kind, (whole.get(kind) ?? 0) + 1);
  return whole;
}

/**
 * A prompt for GRPO with what the reward service wants to know of it. `kind` says how it should be met: `harmful` is to
 * be declined safely, `benign` to be answered; knowledge questions are benign ones with an `expected` answer.
 */
export function promptLine(row: JsonObject): JsonObject {
  const question = objectAt(row, 'question', 'the row');
  const { kind, language, dimensions } = rowFacts(row);
  return {
    prompt: row.prompt ?? [],
    id: textAt(row, 'id', 'the row'),
    meta: {
      kind: isBenign(row) ? 'benign' : 'harmful',
      question: kind,
      dimension: dimensions[0] ?? '',
      dimensions: [...dimensions],
      language,
      expected: expected(question),
    },
  };
}

/** Whether a row's question is to be answered: knowledge questions are, and guard questions that are marked so. */
export function isBenign(row: JsonObject): boolean {
  const question = objectAt(row, 'question', 'the row');
  const marked = question.benign !== undefined && flagAt(question, 'benign', 'question');
  return marked || textAt(row, 'kind', 'the row') === 'knowledge';
}

/** The reference text, or the right options with their labels; empty where the source gives no answer. */
function expected(question: JsonObject): string {
  const reference = optionalTextAt(question, 'reference', 'question');
  if (reference !== undefined) return reference;
  const right = question.answer === undefined ? [] : listAt(question, 'answer', 'question', asText);
  const options = Array.isArray(question.options) ? question.options.map((one) => asObject(one, 'options')) : [];
  return options
    .filter((option) => right.includes(textAt(option, 'label', 'options')))
    .map((option) => `${textAt(option, 'label', 'options')}. ${textAt(option, 'text', 'options')}`)
    .join('\n');
}
