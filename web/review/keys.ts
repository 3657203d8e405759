/** What a key can do. Each can be given another key; see `bindings`. */
export const commands = [
  'score-1',
  'score-2',
  'score-3',
  'score-4',
  'score-5',
  'criterion-before',
  'criterion-after',
  'step-before',
  'step-after',
  'wrong',
  'omission',
  'edit',
  'diff',
  'insufficient',
  'flag',
  'comment',
  'guideline',
  'help',
] as const;
export type Command = (typeof commands)[number];

/** Always the same, and on also where the single keys are switched off: they need a modifier. */
export type ChordCommand = 'submit' | 'undo' | 'redo';

export type Bindings = Record<Command, string>;
export type KeySettings = { on: boolean; bindings: Bindings };

/** Keys by what they type (`event.key`), so that they are where the reviewer's own keyboard has them. */
export const standardBindings: Bindings = {
  'score-1': '1',
  'score-2': '2',
  'score-3': '3',
  'score-4': '4',
  'score-5': '5',
  'criterion-before': 'ArrowUp',
  'criterion-after': 'ArrowDown',
  'step-before': 'k',
  'step-after': 'j',
  wrong: 'x',
  omission: 'o',
  edit: 'e',
  diff: 'd',
  insufficient: 'i',
  flag: 'f',
  comment: 'c',
  guideline: 'g',
  help: '?',
};

/** Never bound: they are pressed by habit to take text away, and must not take a judgement away. */
const refused = new Set(['Backspace', 'Delete', 'Tab', 'Enter', ' ', 'Escape', 'Process', 'Dead', 'Unidentified']);

/** Moving may go on while a key is held; a judgement is made once per press. */
const repeatable = new Set<Command>(['criterion-before', 'criterion-after', 'step-before', 'step-after']);

/** What counts of a key press, and of where it happened. */
export type Press = {
  key: string;
  control: boolean;
  alt: boolean;
  shift: boolean;
  repeat: boolean;
  /** An input method is at work: the keys are those of the word being written. */
  composing: boolean;
  /** The focus is where text is typed or a value chosen by keys. */
  typing: boolean;
  dialogOpen: boolean;
};

/** The command of a key press, if it is one and may be obeyed there. */
export function commandFor(press: Press, settings: KeySettings): Command | ChordCommand | undefined {
  if (press.composing || press.dialogOpen || press.alt) return undefined;
  if (press.control) return chordFor(press);
  if (press.typing || !settings.on) return undefined;
  const command = commands.find((one) => settings.bindings[one] === press.key);
  return command !== undefined && press.repeat && !repeatable.has(command) ? undefined : command;
}

function chordFor({ key, shift, repeat, typing }: Press): ChordCommand | undefined {
  if (key === 'Enter') return repeat ? undefined : 'submit';
  // In a text field these belong to the field's own history.
  if (typing || key.toLowerCase() !== 'z') return undefined;
  return shift ? 'redo' : 'undo';
}

function bindable(key: string): boolean {
  return !refused.has(key) && (key.length === 1 || key.startsWith('Arrow') || /^F\d+$/.test(key));
}

/** The bindings with a command moved to a key; the reason where that key cannot be had. */
export function rebind(
  bindings: Bindings,
  command: Command,
  key: string,
): { bindings: Bindings } | { refused: 'key-refused' | 'key-taken'; by?: Command } {
  if (!bindable(key)) return { refused: 'key-refused' };
  const by = commands.find((one) => one !== command && bindings[one] === key);
  return by === undefined ? { bindings: { ...bindings, [command]: key } } : { refused: 'key-taken', by };
}

/** Settings as they were stored; what cannot be read or is not whole is the standard. */
export function readSettings(stored: string | null): KeySettings {
  const standard = { on: true, bindings: standardBindings };
  if (stored === null) return standard;
  let parsed: unknown;
  try {
    parsed = JSON.parse(stored);
  } catch {
    return standard; // written by something else under our name: nothing of ours is lost
  }
  if (typeof parsed !== 'object' || parsed === null || !('bindings' in parsed) || !('on' in parsed)) return standard;
  const kept = Object.entries(parsed.bindings ?? {});
  const bindings = { ...standardBindings };
  for (const command of commands) {
    const key: unknown = kept.find(([name]) => name === command)?.[1];
    if (typeof key === 'string' && bindable(key)) bindings[command] = key;
  }
  const whole = new Set(Object.values(bindings)).size === commands.length;
  return { on: parsed.on !== false, bindings: whole ? bindings : standardBindings };
}

/**
 * A key for each of a list of choices: the first letter of its code, in upper case where that is taken, else a digit.
 * `minor, major, critical` gives `m, M, c`.
 */
export function choiceKeys(codes: readonly string[]): Map<string, string> {
  const taken = new Set<string>();
  return new Map(
    codes.map((code, index) => {
      const letter = code[0] ?? '';
      const key = [letter.toLowerCase(), letter.toUpperCase()].find((one) => !taken.has(one)) ?? String(index + 1);
      taken.add(key);
      return [key, code];
    }),
  );
}
