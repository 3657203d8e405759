import type { ExamQuestion } from './exam.ts';

/** A question as it is shown in one order, and the label that each shown label has in the source. */
export type Shown = { question: ExamQuestion; source: ReadonlyMap<string, string> };

/**
 * The question with its options in the order of that number. Order 0 is the source's. The next ones rotate, so that over as
 * many orders as there are options every option has stood at every place once; then come the reverse and its rotations:
 * 2n different orders for n ≥ 3 options, after which they come again. Labels stay where they are, texts move.
 */
export function shownInOrder(question: ExamQuestion, order: number): Shown {
  const { options } = question;
  const n = options.length;
  const labels = options.map((option) => option.label);
  if (order === 0 || n < 2) return { question, source: new Map(labels.map((label) => [label, label])) };
  const turn = order % n;
  const reverse = n > 2 && Math.floor(order / n) % 2 === 1;
  const places = options.map((_, place) => {
    const from = (place + turn) % n;
    return reverse ? n - 1 - from : from;
  });
  const source = new Map<string, string>();
  const shown = places.flatMap((from, place) => {
    const option = options[from];
    const label = labels[place];
    if (option === undefined || label === undefined) return [];
    source.set(label, option.label);
    return [{ label, text: option.text }];
  });
  const answer = [...source].flatMap(([label, original]) => (question.answer.includes(original) ? [label] : []));
  return { question: { ...question, options: shown, answer }, source };
}
