import { Button, Group } from '@mantine/core';
import { Fragment } from 'react';
import { useLocale } from '../app/locale.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { EditBox } from './edit-box.tsx';
import { MarkChooser } from './mark-chooser.tsx';
import { placeId } from './screen-state.ts';
import { AnswerCard, EditTag, MarkTag, type PartProps, StepCard } from './step-card.tsx';
import { texts } from './texts.ts';
import { samePlace, withMark, withMissing } from './work.ts';

/** The trace: a rail of what was said of each step, the steps with a place between them for what is missing, the answer. */
export function TracePane(parts: PartProps) {
  const { say } = useLocale();
  const { item, work, screen } = parts;
  return (
    <section className="review-trace" aria-labelledby="trace">
      <Group justify="space-between" gap="xs">
        <h2 id="trace">{say(texts.trace)}</h2>
        {work.edits.length > 0 && (
          <Button size="compact-xs" variant="default" onClick={() => screen.showDiff(!screen.diffShown)}>
            {say(screen.diffShown ? texts.hideDiff : texts.showDiff)}
          </Button>
        )}
      </Group>
      <Rail {...parts} />
      <div className="step-list">
        <Between {...parts} after={0} />
        {item.trace.steps.map((_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the steps of a trace are a fixed list
          <Fragment key={index}>
            <StepCard {...parts} step={index + 1} />
            <Chooser {...parts} kind="wrong" at={index + 1} />
            <Between {...parts} after={index + 1} />
          </Fragment>
        ))}
        <AnswerCard {...parts} />
      </div>
    </section>
  );
}

function Rail({ item, work, screen }: PartProps) {
  const { say, number } = useLocale();
  return (
    <nav className="step-rail" aria-label={say(texts.steps)}>
      <ol>
        {item.trace.steps.map((_, index) => {
          const step = index + 1;
          const mark = work.steps.find((one) => 'step' in one && one.step === step)?.mark;
          const edited = work.edits.some((one) => samePlace(one, { op: 'replace', at: step }));
          const state = mark === 'correct' || mark === 'neutral' || mark === 'wrong' ? mark : 'unmarked';
          return (
            <li key={step}>
              <button
                type="button"
                data-mark={state}
                aria-current={screen.step === step ? 'step' : undefined}
                aria-label={`${say(texts.step, { step })}: ${say(texts[state])}`}
                onClick={() => screen.goToStep(step)}
              >
                {number(step)}
                <span aria-hidden>{{ correct: '✓', neutral: '~', wrong: '✗', unmarked: '' }[state]}</span>
                {edited && <span aria-hidden>✎</span>}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

/** The place between two steps: what is missing there, and the step written for it. */
function Between({ after, ...parts }: PartProps & { after: number }) {
  const { say } = useLocale();
  const { item, review, work, screen } = parts;
  const place = { op: 'insert', at: after } as const;
  const edit = work.edits.find((one) => samePlace(one, place));
  const mark = work.steps.find((one) => 'after' in one && one.after === after);
  const editing = screen.editing !== undefined && samePlace(screen.editing, place);
  const name = after === 0 ? say(texts.missingBeforeFirst) : say(texts.missingAfter, { step: after });
  const close = () => screen.setEditing(undefined);
  return (
    <div className="between" {...(after === 0 ? { id: placeId(0) } : {})} data-focus={after === 0 && screen.step === 0}>
      <Group gap={6}>
        <button type="button" className="insert-here" onClick={() => screen.setQuestion({ kind: 'missing', after })}>
          ＋ {say(texts.missingHere)}
          <span className="visually-hidden"> · {name}</span>
        </button>
        {mark !== undefined && <MarkTag item={item} mark={mark} />}
        {(mark !== undefined || edit !== undefined) && !editing && (
          <Button size="compact-sm" variant="default" onClick={() => screen.setEditing(place)}>
            ✎ {say(texts.writeMissing)}
          </Button>
        )}
      </Group>
      <Chooser {...parts} kind="missing" at={after} />
      {edit !== undefined && !editing && (
        <article className="step-card" aria-label={say(texts.newStep)}>
          <header>
            <h3>{say(texts.newStep)}</h3>
            <span className="tags">
              <EditTag item={item} edit={edit} />
            </span>
          </header>
          <p className="step-text">
            <ins>
              <SourceText lang={item.question.language}>{edit.text}</SourceText>
            </ins>
          </p>
        </article>
      )}
      {editing && <EditBox item={item} review={review} edits={work.edits} place={place} onClose={close} />}
    </div>
  );
}

/** The question about a step, in its place, while it is asked. */
function Chooser({ item, review, work, screen, kind, at }: PartProps & { kind: 'wrong' | 'missing'; at: number }) {
  const { question } = screen;
  if (question?.kind !== kind || (question.kind === 'wrong' ? question.step : question.after) !== at) return null;
  const close = () => screen.setQuestion(undefined);
  const marked = work.steps.some((one) =>
    kind === 'wrong' ? 'step' in one && one.step === at : 'after' in one && one.after === at,
  );
  return (
    <MarkChooser
      item={item}
      question={question}
      onCancel={close}
      onRemove={
        marked
          ? () => {
              review.apply((now) => (kind === 'wrong' ? withMark(now, at, undefined) : withMissing(now, at)));
              close();
            }
          : undefined
      }
      onChoose={(found) => {
        review.apply((now) =>
          kind === 'wrong' ? withMark(now, at, { step: at, mark: 'wrong', ...found }) : withMissing(now, at, found),
        );
        close();
      }}
    />
  );
}
