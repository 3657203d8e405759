import type { ChordCommand, Command } from './keys.ts';
import type { ReviewItem } from './review-item.ts';
import type { Place, ScreenState } from './screen-state.ts';
import { isFrozen, withScore, withVerdict } from './work.ts';

/** What a command can reach. */
export type Reach = {
  review: ReviewItem;
  screen: ScreenState;
  /** Hands in, goes back over the last handing in, or makes that again. */
  submit: () => void;
  undo: () => void;
  redo: () => void;
  /** Says that the place in focus takes no mark. */
  sayNoMark: () => void;
  /** Says to a screen reader which score was given, and which comes next. */
  announceScore: (criterion: string, score: number, next: string) => void;
};

const acts: Record<Command | ChordCommand, (reach: Reach) => void> = {
  'score-1': (reach) => score(1, reach),
  'score-2': (reach) => score(2, reach),
  'score-3': (reach) => score(3, reach),
  'score-4': (reach) => score(4, reach),
  'score-5': (reach) => score(5, reach),
  'criterion-before': ({ screen }) => screen.goToRow(-1),
  'criterion-after': ({ screen }) => screen.goToRow(1),
  'step-before': ({ screen }) => screen.goToStep(screen.step - 1),
  'step-after': ({ screen }) => screen.goToStep(screen.step + 1),
  wrong: ({ screen, sayNoMark }) => {
    if (screen.step >= 1 && screen.step < screen.answer) screen.setQuestion({ kind: 'wrong', step: screen.step });
    else sayNoMark();
  },
  omission: ({ screen }) => screen.setQuestion({ kind: 'missing', after: Math.min(screen.step, screen.answer - 1) }),
  edit: ({ screen }) => screen.setEditing(placeOf(screen)),
  diff: ({ screen }) => screen.showDiff(!screen.diffShown),
  insufficient: ({ review }) => review.apply((work) => ({ ...work, insufficientContext: !work.insufficientContext })),
  flag: ({ review }) => review.apply((work) => withVerdict(work, work.verdict === 'escalate' ? undefined : 'escalate')),
  comment: ({ screen }) => screen.comment.current?.focus(),
  guideline: ({ screen }) => screen.setDialog('guideline'),
  help: ({ screen }) => screen.setDialog('help'),
  submit: ({ submit }) => submit(),
  undo: ({ undo }) => undo(),
  redo: ({ redo }) => redo(),
};

/** Does what a key asks for. */
export function run(command: Command | ChordCommand, reach: Reach): void {
  acts[command](reach);
}

/** What an edit of the place in focus is: a new step before the first, a step, or the answer. */
function placeOf({ step, answer }: ScreenState): Place {
  if (step === 0) return { op: 'insert', at: 0 };
  return step === answer ? { op: 'answer', at: 0 } : { op: 'replace', at: step };
}

/** Scores the row in focus and goes on to the next. */
function score(value: number, { screen, review, announceScore }: Reach): void {
  const { row } = screen;
  if (row.set === 'original' && isFrozen(review.state().history.now, row.criterion)) return;
  review.apply((work) => withScore(work, row.set, row.criterion, value));
  announceScore(row.criterion, value, screen.nextRow().criterion);
}
