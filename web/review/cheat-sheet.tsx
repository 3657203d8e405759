import { Button, Checkbox, Group, Modal } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { useLocale } from '../app/locale.tsx';
import { type ChordCommand, type Command, commands, type KeySettings, rebind, standardBindings } from './keys.ts';
import { commandTexts, texts } from './texts.ts';

const chords: [ChordCommand, string][] = [
  ['submit', '↵'],
  ['undo', 'Z'],
  ['redo', '⇧ Z'],
];
const arrows: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→' };

/** All keys of the review; each can be changed, and the single ones switched off. */
export function CheatSheet({
  opened,
  settings,
  onChange,
  onClose,
}: {
  opened: boolean;
  settings: KeySettings;
  onChange: (settings: KeySettings) => void;
  onClose: () => void;
}) {
  const { say } = useLocale();
  const [moving, setMoving] = useState<Command>();
  const [problem, setProblem] = useState('');
  const give = (command: Command, key: string): void => {
    const moved = rebind(settings.bindings, command, key);
    if ('bindings' in moved) {
      setProblem('');
      onChange({ ...settings, bindings: moved.bindings });
    } else if (moved.by === undefined) setProblem(say(texts.keyRefused));
    else setProblem(say(texts.keyTaken, { command: say(commandTexts[moved.by]) }));
  };
  const press = (event: KeyboardEvent): void => {
    const modifier = ['Shift', 'Control', 'Alt', 'Meta'].includes(event.key);
    if (moving === undefined || modifier || event.nativeEvent.isComposing) return;
    setMoving(undefined);
    if (event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key !== 'Escape') give(moving, event.key);
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={say(texts.keys)}
      size="lg"
      closeButtonProps={{ 'aria-label': say(texts.close) }}
      closeOnEscape={moving === undefined}
    >
      <Checkbox
        label={say(texts.keysOn)}
        checked={settings.on}
        onChange={(event) => onChange({ ...settings, on: event.currentTarget.checked })}
      />
      <p className="review-note">{say(texts.keysNote)}</p>
      <p role="alert" className="review-error">
        {problem}
      </p>
      <ul className="key-list">
        {commands.map((command) => {
          const key = settings.bindings[command];
          return (
            <li key={command}>
              <span>{say(commandTexts[command])}</span>
              <button
                type="button"
                onClick={() => setMoving(command)}
                onKeyDown={press}
                onBlur={() => setMoving(undefined)}
                aria-label={`${say(commandTexts[command])}: ${arrows[key] ?? key}`}
              >
                {moving === command ? say(texts.pressKey) : <kbd translate="no">{arrows[key] ?? key}</kbd>}
              </button>
            </li>
          );
        })}
      </ul>
      <p className="review-note">{say(texts.afterWrong)}</p>
      <p>{say(texts.chordsNote)}</p>
      <ul className="key-list">
        {chords.map(([command, key]) => (
          <li key={command}>
            <span>{say(commandTexts[command])}</span>
            <span>
              {say(texts.controlKey)} + <kbd translate="no">{key}</kbd>
            </span>
          </li>
        ))}
      </ul>
      <Group justify="end">
        <Button variant="default" onClick={() => onChange({ ...settings, bindings: standardBindings })}>
          {say(texts.keysReset)}
        </Button>
      </Group>
    </Modal>
  );
}
