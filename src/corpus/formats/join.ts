import { AppError } from '../../core/error.ts';
import type { Question } from '../schema.ts';
import { comparableText } from '../text.ts';
import type { Companion } from './draft.ts';

/** Answers and labels from other files, waiting for the questions that they belong to. */
export type CompanionTable = {
  add: (companion: Companion) => void;
  /** The question with what is known about it; the same object where nothing is. */
  apply: (question: Question) => Question;
  /** True once the companion has met its question. */
  met: (companion: Companion) => boolean;
};

const maxCompanions = 1_000_000;

/** An empty table. Companions are kept in memory (tags only, no replies), up to a million. */
export function companionTable(): CompanionTable {
  const waiting = new Map<string, Companion[]>();
  const met = new Set<string>();
  let size = 0;
  return {
    add: (companion) => {
      size += 1;
      if (size > maxCompanions)
        throw new AppError(
          'too_large',
          `More than ${maxCompanions} answers or labels at once. Import the files in parts.`,
        );
      waiting.set(companion.key, [...(waiting.get(companion.key) ?? []), companion]);
    },
    apply: (question) => {
      const key = question.provenance.originalId;
      const fitting = key === undefined ? [] : (waiting.get(key) ?? []).filter((one) => belongs(one, question));
      for (const companion of fitting) met.add(companionKey(companion));
      return fitting.reduce(applyCompanion, question);
    },
    met: (companion) => met.has(companionKey(companion)),
  };
}

function companionKey({ key, tags }: Companion): string {
  return JSON.stringify([key, tags]);
}

function belongs({ text }: Companion, question: Question): boolean {
  return text === undefined || comparableText(text) === comparableText(question.text);
}

/**
 * The question with a companion's tags, and with its answer where the question has none. An answer that differs from the
 * question's own changes nothing but is flagged as `conflicting-answer`.
 */
export function applyCompanion(question: Question, companion: Companion): Question {
  const merged: Question = { ...question, tags: { ...question.tags, ...companion.tags } };
  const given = rightLabels(question, companion);
  const own = question.answer;
  if (given.length === 0 || given.every((label) => own.includes(label))) return merged;
  if (own.length === 0)
    return { ...merged, answer: given, flags: question.flags.filter((flag) => flag !== 'missing-answer') };
  return { ...merged, flags: [...new Set([...question.flags, 'conflicting-answer' as const])] };
}

/** None where one of the labels is not an option's: such an answer belongs to another form of the question. */
function rightLabels({ options = [] }: Question, { answer, labels }: Companion): string[] {
  if (labels === undefined)
    return options
      .filter((option) => option.text === answer)
      .map((option) => option.label)
      .slice(0, 1);
  const known = options.map((option) => option.label);
  return labels.every((label) => known.includes(label)) ? [...new Set(labels)].sort() : [];
}
