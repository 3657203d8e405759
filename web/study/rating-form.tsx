import { Button, Checkbox, Text, Textarea, Title } from '@mantine/core';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { RatingItem, RatingPage, RatingReceipt, SubmitRating } from '../../src/study/rating-schema.ts';
import { Problem } from '../account/problem.tsx';
import { useSend } from '../account/use-send.ts';
import { sendJson } from '../app/api.ts';
import { useLocale } from '../app/locale.tsx';
import { ActiveTime } from '../review/active-time.ts';
import { randomId } from '../review/random-id.ts';
import { Quoted } from '../ui/quoted.tsx';
import { SourceText } from '../ui/source-text.tsx';
import { useStored } from '../ui/stored.ts';
import { AxisScores } from './axis-scores.tsx';
import { texts } from './rating-texts.ts';

type Draft = { key: string; scores: Record<string, number>; note: string; recognised: boolean };

/** The form of one item. What is chosen stays in this browser until it is saved; the key makes a repeated saving the same. */
export function RatingForm({
  page,
  item,
  onSaved,
}: {
  page: RatingPage;
  item: RatingItem;
  onSaved: (receipt: RatingReceipt) => Promise<void>;
}) {
  const { say } = useLocale();
  const { busy, error, run } = useSend();
  const [fresh] = useState<Draft>(() => ({ key: randomId(), scores: {}, note: '', recognised: false }));
  const [draft, change, forget] = useStored<Draft>(`safemed-rating-${item.id}`, fresh);
  const form = useRef<HTMLFormElement>(null);
  const seconds = useSeconds();
  const lacking = page.axes.filter((axis) => draft.scores[axis.id] === undefined);
  // The next item comes with the focus where work begins.
  useEffect(() => form.current?.querySelector<HTMLElement>('input')?.focus(), []);
  const save = (event: FormEvent): void => {
    event.preventDefault();
    if (lacking.length > 0) return;
    const { key, scores, recognised } = draft;
    const note = draft.note.trim();
    const body: SubmitRating = {
      key,
      item: item.id,
      scores,
      recognised,
      seconds: seconds(),
      ...(note === '' ? {} : { note }),
    };
    void run(async () => {
      const receipt = await sendJson<RatingReceipt>('POST', `/v1/studies/${page.id}/ratings`, body);
      await onSaved(receipt); // the next item takes this one's place before what was chosen here is forgotten
      forget();
    });
  };
  return (
    <div className="rating">
      <Shown page={page} item={item} />
      <form ref={form} onSubmit={save}>
        <Title order={3} size="h5">
          {say(texts.scores)}
        </Title>
        <Text size="xs" c="dimmed" mb={4}>
          {say(texts.keys)}
        </Text>
        <Fields axes={page.axes} draft={draft} disabled={busy} onChange={change} />
        <Button type="submit" mt="sm" loading={busy} data-save aria-disabled={lacking.length > 0}>
          {say(texts.save)}
        </Button>
        <Hint lacking={lacking} />
        {error !== undefined && <Problem error={error} />}
      </form>
    </div>
  );
}

function Hint({ lacking }: { lacking: RatingPage['axes'] }) {
  const { say } = useLocale();
  return (
    <Text size="xs" c="dimmed" mt={4}>
      {lacking.length > 0
        ? say(texts.lacking, { axes: lacking.map((axis) => say(axis.name)).join(' · ') })
        : say(texts.unchangeable)}
      <br />
      {say(texts.kept)}
    </Text>
  );
}

function Fields({
  axes,
  draft,
  disabled,
  onChange,
}: {
  axes: RatingPage['axes'];
  draft: Draft;
  disabled: boolean;
  onChange: (next: Draft) => void;
}) {
  const { say } = useLocale();
  const place = useRef<HTMLDivElement>(null);
  return (
    <div ref={place}>
      {axes.map((axis, index) => (
        <AxisScores
          key={axis.id}
          axis={axis}
          score={draft.scores[axis.id]}
          disabled={disabled}
          onScore={(score) => onChange({ ...draft, scores: { ...draft.scores, [axis.id]: score } })}
          onNext={() => moveOn(place.current?.closest('form'), index + 1)}
        />
      ))}
      <Textarea
        label={say(texts.yourNote)}
        value={draft.note}
        maxLength={5000}
        rows={2}
        onChange={(event) => onChange({ ...draft, note: event.currentTarget.value })}
      />
      <Checkbox
        mt="xs"
        label={say(texts.recognised)}
        description={say(texts.recognisedNote)}
        checked={draft.recognised}
        onChange={(event) => onChange({ ...draft, recognised: event.currentTarget.checked })}
      />
    </div>
  );
}

/** Leads the focus to an axis, or past the last one to the button that saves. */
function moveOn(form: HTMLFormElement | null | undefined, index: number): void {
  const axis = form?.querySelectorAll('fieldset')[index];
  (axis?.querySelector<HTMLElement>('input') ?? form?.querySelector<HTMLElement>('[data-save]'))?.focus();
}

function Shown({ page, item: { vignette, text } }: { page: RatingPage; item: RatingItem }) {
  const { say } = useLocale();
  const { language, specialty } = vignette;
  return (
    <div>
      <Quoted title={texts.vignette} text={vignette.text} lang={language} />
      {specialty !== undefined && (
        <Text size="xs" c="dimmed">
          <SourceText>{specialty}</SourceText>
        </Text>
      )}
      <div className="answer">
        <Quoted title={texts.answer} text={text} lang={language} />
      </div>
      {page.normalised && (
        <Text size="xs" c="dimmed">
          {say(texts.normalised)}
        </Text>
      )}
      {vignette.reference !== undefined && (
        <details>
          <summary>{say(texts.reference)}</summary>
          <Text size="sm">
            <SourceText lang={language}>{vignette.reference}</SourceText>
          </Text>
        </details>
      )}
    </div>
  );
}

/** Seconds of work on what is shown, counted as in reviews: at most a minute after each sign of life. */
function useSeconds(): () => number {
  const [time] = useState(() => new ActiveTime());
  useEffect(() => {
    const touch = (): void => time.touch(performance.now());
    const look = (): void =>
      document.visibilityState === 'hidden' ? time.pause(performance.now()) : time.touch(performance.now());
    const signs = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;
    for (const sign of signs) document.addEventListener(sign, touch, { passive: true });
    document.addEventListener('visibilitychange', look);
    touch();
    return () => {
      for (const sign of signs) document.removeEventListener(sign, touch);
      document.removeEventListener('visibilitychange', look);
    };
  }, [time]);
  return () => time.pending(performance.now());
}
