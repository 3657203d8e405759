import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { type ChordCommand, type Command, commandFor, type KeySettings, type Press, readSettings } from './keys.ts';

const storageKey = 'safemed-review-keys';

/** The reviewer's own keys, kept in this browser. */
export function useKeySettings(): [KeySettings, (settings: KeySettings) => void] {
  const [settings, set] = useState(() => readSettings(localStorage.getItem(storageKey)));
  return [
    settings,
    (next) => {
      localStorage.setItem(storageKey, JSON.stringify(next));
      set(next);
    },
  ];
}

const typingIn = 'textarea, select, input:not([type=checkbox], [type=radio], [type=button]), [contenteditable=true]';

function pressOf(event: KeyboardEvent): Press {
  const target = event.target instanceof Element ? event.target : undefined;
  const arrow = event.key.startsWith('Arrow');
  return {
    key: event.key,
    control: event.ctrlKey || event.metaKey,
    alt: event.altKey,
    shift: event.shiftKey,
    repeat: event.repeat,
    // 229 is what browsers say of a key that an input method takes, some of them without isComposing
    composing: event.isComposing || event.keyCode === 229,
    // a group of radio buttons chooses by its arrow keys
    typing: target?.matches(typingIn) === true || (arrow && target?.matches('[type=radio], summary') === true),
    dialogOpen: document.querySelector('[role=dialog]') !== null,
  };
}

/** Escape leaves a field, so that the single keys mean their commands again. */
function leaveField(event: KeyboardEvent): void {
  const { key, target } = event;
  if (key === 'Escape' && !pressOf(event).composing && target instanceof HTMLElement && target.matches(typingIn))
    target.blur();
}

/** Obeys the review's keys while the page is shown. */
export function useKeys(settings: KeySettings, obey: (command: Command | ChordCommand) => void): void {
  const latest = useRef(obey);
  latest.current = obey;
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return;
      leaveField(event);
      const command = commandFor(pressOf(event), settings);
      if (command === undefined) return;
      event.preventDefault();
      // drawn before the next key comes, however fast: it is about what the one before left
      flushSync(() => latest.current(command));
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [settings]);
}
