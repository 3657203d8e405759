import { expect, test } from 'vitest';
import { ActiveTime } from '../../web/review/active-time.ts';
import { choiceKeys, commandFor, type Press, readSettings, rebind, standardBindings } from '../../web/review/keys.ts';
import { change, redo, startHistory, undo } from '../../web/review/undo.ts';

const settings = readSettings(null);
const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  control: false,
  alt: false,
  shift: false,
  repeat: false,
  composing: false,
  typing: false,
  dialogOpen: false,
  ...more,
});

test('a digit scores, by what the key types and not by where it is', () => {
  expect(commandFor(press('4'), settings)).toBe('score-4');
  expect(commandFor(press('4', { shift: true }), settings)).toBe('score-4');
  expect(commandFor(press('6'), settings)).toBeUndefined();
});

test.each([
  ['a word is being composed', { composing: true }],
  ['text is typed', { typing: true }],
  ['a dialog is open', { dialogOpen: true }],
  ['the key is held down', { repeat: true }],
  ['Alt is pressed', { alt: true }],
])('a single key does nothing while %s', (_, more) => {
  expect(commandFor(press('5', more), settings)).toBeUndefined();
});

test('handing in works inside text fields, undo leaves them to their own history', () => {
  expect(commandFor(press('Enter', { control: true, typing: true }), settings)).toBe('submit');
  expect(commandFor(press('z', { control: true, typing: true }), settings)).toBeUndefined();
  expect(commandFor(press('z', { control: true }), settings)).toBe('undo');
  expect(commandFor(press('Z', { control: true, shift: true }), settings)).toBe('redo');
  expect(commandFor(press('Enter', { control: true, composing: true }), settings)).toBeUndefined();
});

test('single keys can be switched off; those with a modifier stay', () => {
  const off = { ...settings, on: false };
  expect(commandFor(press('5'), off)).toBeUndefined();
  expect(commandFor(press('Enter', { control: true }), off)).toBe('submit');
});

test('a key can be moved, but not onto another command, and never onto one that takes text away', () => {
  const moved = rebind(standardBindings, 'edit', 'm');
  expect('bindings' in moved && commandFor(press('m'), { on: true, bindings: moved.bindings })).toBe('edit');
  expect(rebind(standardBindings, 'edit', 'x')).toEqual({ refused: 'key-taken', by: 'wrong' });
  for (const key of ['Backspace', 'Delete', 'Enter', ' ', 'Tab', 'Shift'])
    expect(rebind(standardBindings, 'edit', key)).toEqual({ refused: 'key-refused' });
  expect(Object.values(standardBindings)).not.toContain('Delete');
});

test('stored settings come back; spoiled ones give the standard', () => {
  const bindings = { ...standardBindings, edit: 'x', wrong: 'e' };
  expect(readSettings(JSON.stringify({ on: false, bindings }))).toEqual({ on: false, bindings });
  expect(readSettings('{').bindings).toEqual(standardBindings);
  expect(readSettings(JSON.stringify({ on: true, bindings: { edit: 'x' } })).bindings).toEqual(standardBindings);
  expect(readSettings(JSON.stringify({ on: true, bindings: { edit: 'Delete' } })).bindings).toEqual(standardBindings);
});

test('severities are chosen by their letters', () => {
  expect([...choiceKeys(['minor', 'major', 'critical'])]).toEqual([
    ['m', 'minor'],
    ['M', 'major'],
    ['c', 'critical'],
  ]);
});

test('undo goes back change by change, typing as one, and redo forward again', () => {
  let history = startHistory('');
  for (const text of ['a', 'ab', 'abc']) history = change(history, text, 'comment');
  history = change(history, 'abc!');
  expect(undo(history).now).toBe('abc');
  expect(undo(undo(history)).now).toBe('');
  expect(undo(undo(undo(history))).now).toBe('');
  expect(redo(undo(history)).now).toBe('abc!');
  expect(redo(change(undo(history), 'new')).now).toBe('new');
});

test('active time stops a minute after the last sign of life, while hidden, and is never taken twice', () => {
  const time = new ActiveTime();
  time.touch(0);
  time.touch(10_000);
  expect(time.take(15_000)).toBe(15);
  expect(time.take(15_000)).toBe(0);
  expect(time.take(600_000)).toBe(55);
  time.touch(600_000);
  time.pause(601_500);
  expect(time.take(900_000)).toBe(1);
  time.touch(900_000);
  expect(time.take(900_500)).toBe(1);
});
