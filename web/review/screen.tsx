import { useCallback } from 'react';
import type { WorkItem } from '../../src/review/drafts/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { GuidelineDrawer } from '../guideline/drawer.tsx';
import { BottomBar } from './bottom-bar.tsx';
import { CheatSheet } from './cheat-sheet.tsx';
import { run } from './commands.ts';
import { GiveBack } from './give-back.tsx';
import { HistoryDrawer } from './history-drawer.tsx';
import { problems, type Row, reviewOf } from './judge.ts';
import { JudgementPane } from './judgement-pane.tsx';
import { ElsewhereNotice, LeaseNotice } from './notices.tsx';
import { QuestionPane } from './question-pane.tsx';
import type { ItemState, ReviewItem } from './review-item.ts';
import { useScreenState } from './screen-state.ts';
import type { Session } from './session.ts';
import { texts } from './texts.ts';
import { TracePane } from './trace-pane.tsx';
import { useKeySettings, useKeys } from './use-keys.ts';
import { useLease } from './use-lease.ts';
import { useQueue } from './use-queue.ts';
import { useSignsOfLife } from './use-signs-of-life.ts';
import { WhyDialog } from './why-dialog.tsx';
import { withScore } from './work.ts';

type Props = {
  item: WorkItem;
  review: ReviewItem;
  state: ItemState;
  session: Session;
  /** The item was just taken back: doing it again hands it in again. */
  onGivenBack: () => void;
};

/** The review screen: question, trace and judgement side by side, and what the keys do. */
export function Screen({ item, review, state, session, onGivenBack }: Props) {
  const { say } = useLocale();
  const queue = useQueue();
  const screen = useScreenState(item, review);
  const [keys, setKeys] = useKeySettings();
  const work = state.history.now;
  const found = problems(item, work);
  const lost = state.draft.trouble?.kind === 'lost';
  const { lease, left, takeAgain } = useLease(
    item.assignment,
    review.isAtWork,
    state.draft.rev === 0 && state.waiting === 0,
  );
  useSignsOfLife(review);

  const submit = useCallback(async (): Promise<void> => {
    screen.ask();
    const { now } = review.state().history;
    if (problems(item, now).length > 0) return;
    await review.handIn((seconds) => reviewOf(item, now, seconds));
    await queue.openNext(session, item.assignment.id);
  }, [screen, review, item, queue, session]);

  const criterionName = (id: string): string => {
    const criterion = item.rubric.criteria.find((one) => one.id === id);
    return criterion === undefined ? id : say(criterion.name);
  };
  const announceScore = (id: string, score: number, next: string): void =>
    screen.say(
      id === next
        ? say(texts.allScored, { criterion: criterionName(id), score })
        : say(texts.scored, { criterion: criterionName(id), score, next: criterionName(next) }),
    );
  const sayNoMark = (): void => screen.say(say(texts.marksForSteps));
  const undo = (): void => {
    if (review.undo()) return;
    void queue.takeBack(session);
  };
  const redo = (): void => {
    if (!review.redo() && session.takenBack === item.assignment.id) void submit();
  };
  useKeys(keys, (command) =>
    run(command, { review, screen, submit: () => void submit(), undo, redo, sayNoMark, announceScore }),
  );
  const parts = { item, review, work, screen };
  const closeDialog = () => screen.setDialog(undefined);
  const onScore = (row: Row, score: number): void => {
    screen.setRow(row);
    review.apply((now) => withScore(now, row.set, row.criterion, score));
  };
  return (
    <div className="review">
      {state.elsewhere && <ElsewhereNotice />}
      <LeaseNotice
        lease={lost ? 'lost' : lease}
        onTakeAgain={() => void takeAgain()}
        onNext={() => void queue.openNext(session, item.assignment.id)}
      />
      <div className="review-panes">
        <QuestionPane item={item} />
        <TracePane {...parts} />
        <JudgementPane {...parts} problems={found} onScore={onScore} onSubmit={() => void submit()} />
      </div>
      <BottomBar
        review={review}
        state={state}
        said={screen.said}
        leaseLeft={left}
        onDialog={screen.setDialog}
        onUndo={undo}
        onRedo={redo}
      />
      <CheatSheet opened={screen.dialog === 'help'} settings={keys} onChange={setKeys} onClose={closeDialog} />
      <GuidelineDrawer
        opened={screen.dialog === 'guideline'}
        onClose={closeDialog}
        focus={{ criterion: screen.row.criterion }}
      />
      <HistoryDrawer item={item} opened={screen.dialog === 'history'} onClose={closeDialog} />
      <WhyDialog item={item} opened={screen.dialog === 'why'} onClose={closeDialog} />
      <GiveBack
        assignment={item.assignment.id}
        opened={screen.dialog === 'give-back'}
        onClose={closeDialog}
        onDone={onGivenBack}
      />
    </div>
  );
}
