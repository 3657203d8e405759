import { Button, Group } from '@mantine/core';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { WorkItem } from '../../src/review/drafts/schema.ts';
import { useLocale } from '../app/locale.tsx';
import { choiceKeys } from './keys.ts';
import type { Question } from './screen-state.ts';
import { texts } from './texts.ts';

type Found = { error: string; severity: string };

/** Asks for the kind of an error (by digit) and then for its severity (by letter), with keys or pointer. */
export function MarkChooser({
  item,
  question,
  onChoose,
  onRemove,
  onCancel,
}: {
  item: WorkItem;
  question: Question;
  onChoose: (found: Found) => void;
  /** Takes the mark that is there away; absent where there is none. */
  onRemove?: (() => void) | undefined;
  onCancel: () => void;
}) {
  const { say } = useLocale();
  const [error, setError] = useState<string>();
  const box = useRef<HTMLDivElement>(null);
  const before = useRef<Element | null>(null);
  useEffect(() => {
    before.current = document.activeElement;
    box.current?.focus();
    return () => {
      if (before.current instanceof HTMLElement) before.current.focus({ preventScroll: true });
    };
  }, []);
  const digit = (index: number): string => String((index + 1) % 10);
  const choices =
    error === undefined
      ? item.reasons.slice(0, 10).map((one, index) => ({ ...one, key: digit(index) }))
      : [...choiceKeys(item.severities.map((one) => one.code))].flatMap(([key, code]) =>
          item.severities.filter((one) => one.code === code).map((one) => ({ ...one, key })),
        );
  const choose = (code: string): void => (error === undefined ? setError(code) : onChoose({ error, severity: code }));
  const press = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const chosen = choices.find((one) => one.key === event.key);
    if (chosen === undefined) {
      if (event.key === 'Escape') onCancel();
      return;
    }
    event.preventDefault();
    choose(chosen.code);
  };
  const title =
    error !== undefined
      ? say(texts.howSevere)
      : question.kind === 'wrong'
        ? say(texts.whatIsWrong, { step: question.step })
        : say(texts.whatIsMissing);
  return (
    <div ref={box} role="dialog" aria-label={title} tabIndex={-1} className="mark-chooser" onKeyDown={press}>
      <p>{title}</p>
      <ul>
        {choices.map(({ code, name, key, description }) => (
          <li key={code}>
            <button type="button" onClick={() => choose(code)}>
              <kbd translate="no">{key}</kbd> {say(name)}
              {description !== undefined && <small>{say(description)}</small>}
            </button>
          </li>
        ))}
      </ul>
      <Group gap="xs">
        <Button size="compact-sm" variant="default" onClick={onCancel}>
          {say(texts.cancel)}
        </Button>
        {onRemove !== undefined && (
          <Button size="compact-sm" variant="default" onClick={onRemove}>
            {say(texts.removeMark)}
          </Button>
        )}
      </Group>
    </div>
  );
}
