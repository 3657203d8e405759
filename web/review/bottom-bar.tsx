import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ClaimReply } from '../../src/assignment/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { Tag } from '../ui/tag.tsx';
import { duration } from './duration.ts';
import type { ItemState, ReviewItem } from './review-item.ts';
import { saveState } from './save-state.ts';
import type { Dialog } from './screen-state.ts';
import { useLink } from './session.ts';
import { texts } from './texts.ts';
import { useClock } from './use-clock.ts';
import { claimKey } from './use-queue.ts';

type Props = {
  review: ReviewItem;
  state: ItemState;
  said: string;
  /** Milliseconds for which the item is still reserved. */
  leaseLeft: () => number;
  onDialog: (dialog: Dialog) => void;
  onUndo: () => void;
  onRedo: () => void;
};

/** Where the review is saved, how far the reviewer is, and the tools. */
export function BottomBar({ review, state, said, leaseLeft, onDialog, onUndo, onRedo }: Props) {
  const { say } = useLocale();
  const tools: { dialog: Dialog; text: (typeof texts)[keyof typeof texts] }[] = [
    { dialog: 'why', text: texts.why },
    { dialog: 'guideline', text: texts.guideline },
    { dialog: 'history', text: texts.history },
    { dialog: 'give-back', text: texts.giveBack },
    { dialog: 'help', text: texts.keys },
  ];
  return (
    <section className="bottom-bar" aria-label={say(texts.tools)}>
      <Group gap="xs" justify="space-between">
        <SaveState state={state} />
        <Times review={review} leaseLeft={leaseLeft} />
        <Group gap={4}>
          <Button size="compact-xs" variant="default" onClick={onUndo}>
            {say(texts.undo)}
          </Button>
          <Button size="compact-xs" variant="default" onClick={onRedo}>
            {say(texts.redo)}
          </Button>
          {tools.map(({ dialog, text }) => (
            <Button key={dialog} size="compact-xs" variant="default" onClick={() => onDialog(dialog)}>
              {say(text)}
            </Button>
          ))}
        </Group>
      </Group>
      <p className="visually-hidden" role="status" aria-live="polite" data-testid="said">
        {said}
      </p>
    </section>
  );
}

/** How long a state must last before it is read out: not with every letter that is typed. */
const settledMs = 1_500;

function SaveState({ state }: { state: ItemState }) {
  const { say, locale } = useLocale();
  const { text, tone, sign, rev, savedAt } = saveState(state, useLink());
  const time = savedAt === undefined ? '' : new Date(savedAt).toLocaleTimeString(locale === 'en' ? 'en-GB' : 'zh-CN');
  const shown = say(text, { time, rev: rev ?? 0 });
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSettled(shown), settledMs);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <>
      <span data-testid="save-state">
        <Tag tone={tone}>
          {sign} {shown}
        </Tag>
      </span>
      <span className="visually-hidden" role="status" aria-live="polite">
        {settled}
      </span>
    </>
  );
}

function Times({ review, leaseLeft }: { review: ReviewItem; leaseLeft: () => number }) {
  const { say } = useLocale();
  useClock(1000);
  const { data } = useQuery<ClaimReply>({ queryKey: claimKey, enabled: false });
  const left = leaseLeft();
  return (
    <span className="bar-times">
      {data !== undefined && (
        <>
          <span>{say(texts.doneToday, { count: data.doneToday })}</span>
          <span>{say(texts.inHandCount, { count: data.assignments.length })}</span>
        </>
      )}
      <span>{say(texts.activeTime, { time: duration(review.activeSeconds() * 1000) })}</span>
      {left > 0 && <span>{say(texts.lease, { time: duration(left) })}</span>}
    </span>
  );
}
