import { useRef, useState } from 'react';
import type { WorkItem } from '../../src/review/drafts/schema.ts';
import { type Row, rowAfter, rowsOf } from './judge.ts';
import type { ReviewItem } from './review-item.ts';
import type { WorkEdit } from './work.ts';

/** Where an edit or a mark is made. */
export type Place = Pick<WorkEdit, 'op' | 'at'>;

/** What is asked about a step: what is wrong with it, or what is missing after it. */
export type Question = { kind: 'wrong'; step: number } | { kind: 'missing'; after: number };

export type Dialog = 'help' | 'guideline' | 'history' | 'give-back' | 'why';

/** What the screen itself remembers: where the reviewer is, and what is open. Nothing here is part of the review. */
export function useScreenState(item: WorkItem, review: ReviewItem) {
  const [row, setRow] = useState<Row>({ set: 'original', criterion: item.rubric.criteria[0]?.id ?? '' });
  const [step, setStep] = useState(1);
  const [editing, setEditing] = useState<Place>();
  const [question, setQuestion] = useState<Question>();
  const [dialog, setDialog] = useState<Dialog>();
  const [diffShown, showDiff] = useState(true);
  const [said, say] = useState('');
  const [asked, setAsked] = useState(0);
  const comment = useRef<HTMLTextAreaElement>(null);
  const work = () => review.state().history.now;
  /** The place after the last step is the answer. */
  const answer = item.trace.steps.length + 1;
  return {
    row,
    setRow,
    step,
    editing,
    setEditing,
    question,
    setQuestion,
    dialog,
    setDialog,
    diffShown,
    showDiff,
    /** What was said last to a screen reader. */
    said,
    say,
    /** How often the reviewer has tried to hand it in: from the first time on, what is missing is shown. */
    asked,
    ask: () => setAsked((times) => times + 1),
    comment,
    answer,
    goToStep: (to: number) => {
      const next = Math.max(0, Math.min(answer, to));
      setStep(next);
      document.getElementById(placeId(next))?.scrollIntoView({ block: 'nearest' });
    },
    goToRow: (by: 1 | -1) => {
      const rows = rowsOf(item, work());
      const here = rows.findIndex((one) => one.set === row.set && one.criterion === row.criterion);
      const next = rows[here + by];
      if (next !== undefined) setRow(next);
    },
    nextRow: () => {
      const next = rowAfter(item, work(), row);
      setRow(next);
      return next;
    },
  };
}

export type ScreenState = ReturnType<typeof useScreenState>;

/** The id of a place's element on the page: 0 before the first step, then the steps, then the answer. */
export function placeId(step: number): string {
  return `place-${step}`;
}
