import { Button, Group } from '@mantine/core';
import type { WorkItem } from '../../src/review/drafts/schema.ts';
import type { StepMark } from '../../src/review/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { ChangedText } from '../ui/changed-text.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { Tag } from '../ui/tag.tsx';
import { EditBox } from './edit-box.tsx';
import type { ReviewItem } from './review-item.ts';
import { type Place, placeId, type ScreenState } from './screen-state.ts';
import { texts } from './texts.ts';
import { lacking, samePlace, textAt, type Work, type WorkEdit, withMark } from './work.ts';

export type PartProps = { item: WorkItem; review: ReviewItem; work: Work; screen: ScreenState };

/** One step of the trace: its text or its change, its mark, and the editor in its place. */
export function StepCard({ step, ...parts }: PartProps & { step: number }) {
  const { say } = useLocale();
  const { review, work, screen } = parts;
  const mark = work.steps.find((one) => 'step' in one && one.step === step);
  const place = { op: 'replace', at: step } as const;
  const set = (next: 'correct' | 'neutral'): void =>
    review.apply((now) => withMark(now, step, mark?.mark === next ? undefined : { step, mark: next }));
  return (
    <Card {...parts} title={say(texts.step, { step })} place={place} position={step} mark={mark}>
      {(['correct', 'neutral'] as const).map((one) => (
        <Button
          key={one}
          size="compact-sm"
          variant="default"
          aria-pressed={mark?.mark === one}
          onClick={() => set(one)}
        >
          {one === 'correct' ? '✓' : '~'} {say(texts[one])}
        </Button>
      ))}
      <Button
        size="compact-sm"
        variant="default"
        aria-pressed={mark?.mark === 'wrong'}
        onClick={() => screen.setQuestion({ kind: 'wrong', step })}
      >
        ✗ {say(texts.wrong)}
      </Button>
    </Card>
  );
}

/** The answer: scored and edited, but not marked. */
export function AnswerCard(parts: PartProps) {
  const { say } = useLocale();
  const place = { op: 'answer', at: 0 } as const;
  return <Card {...parts} title={say(texts.answer)} place={place} position={parts.screen.answer} />;
}

function Card({
  item,
  review,
  work,
  screen,
  title,
  place,
  position,
  mark,
  children,
}: PartProps & {
  title: string;
  place: Place;
  position: number;
  mark?: StepMark | undefined;
  children?: React.ReactNode;
}) {
  const { say } = useLocale();
  const edit = work.edits.find((one) => samePlace(one, place));
  const editing = screen.editing !== undefined && samePlace(screen.editing, place);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys of the page move the same focus
    <article
      id={placeId(position)}
      className="step-card"
      aria-label={title}
      aria-current={screen.step === position ? 'step' : undefined}
      onClick={() => screen.goToStep(position)}
    >
      <header>
        <h3>{title}</h3>
        <span className="tags">
          {mark !== undefined && <MarkTag item={item} mark={mark} />}
          {edit !== undefined && <EditTag item={item} edit={edit} />}
        </span>
      </header>
      {editing ? (
        <EditBox
          item={item}
          review={review}
          edits={work.edits}
          place={place}
          onClose={() => screen.setEditing(undefined)}
        />
      ) : (
        <p className="step-text">
          <PlaceText item={item} edit={edit} place={place} diffShown={screen.diffShown} />
        </p>
      )}
      {!editing && (
        <Group gap={6} className="step-actions">
          {children}
          <Button size="compact-sm" variant="default" onClick={() => screen.setEditing(place)}>
            ✎ {say(texts.edit)}
          </Button>
        </Group>
      )}
    </article>
  );
}

function PlaceText({
  item,
  edit,
  place,
  diffShown,
}: {
  item: WorkItem;
  edit: WorkEdit | undefined;
  place: Place;
  diffShown: boolean;
}) {
  const { language } = item.question;
  const before = textAt(item.trace, place);
  if (edit === undefined) return <SourceText lang={language}>{before}</SourceText>;
  const after = edit.op === 'delete' ? '' : edit.text;
  return diffShown ? (
    <ChangedText before={before} after={after} language={language} />
  ) : (
    <SourceText lang={language}>{after}</SourceText>
  );
}

/** What a mark says: right, neutral, or what is wrong and how severe it is. */
export function MarkTag({ item, mark }: { item: Pick<WorkItem, 'reasons' | 'severities'>; mark: StepMark }) {
  const { say } = useLocale();
  if (!('severity' in mark))
    return mark.mark === 'correct' ? <Tag tone="good">✓ {say(texts.correct)}</Tag> : <Tag>~ {say(texts.neutral)}</Tag>;
  const reason = item.reasons.find((one) => one.code === mark.error);
  const severity = item.severities.find((one) => one.code === mark.severity);
  return (
    <Tag tone={mark.mark === 'wrong' ? 'bad' : 'warn'}>
      {mark.mark === 'wrong' ? '✗ ' : '＋ '}
      {say(mark.mark === 'wrong' ? texts.wrong : texts.missing)} ·{' '}
      {reason === undefined ? mark.error : say(reason.name)} ·{' '}
      {severity === undefined ? mark.severity : say(severity.name)}
    </Tag>
  );
}

/** Whether a place was edited or taken out, for which reason, and whether that edit lacks something. */
export function EditTag({ item, edit }: { item: WorkItem; edit: WorkEdit }) {
  const { say } = useLocale();
  const reason = item.reasons.find((one) => one.code === edit.reason);
  return (
    <>
      <Tag tone="busy">
        ✎ {say(edit.op === 'delete' ? texts.deleted : texts.edited)}
        {reason !== undefined && <> · {say(reason.name)}</>}
      </Tag>
      {lacking(edit, item.trace) !== undefined && <Tag tone="warn">⚠ {say(texts.unfinished)}</Tag>}
    </>
  );
}
