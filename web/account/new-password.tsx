import { useLocale } from '../app/locale.tsx';
import type { Text } from '../app/messages.ts';
import { SecretInput } from './secret-input.tsx';
import { texts } from './texts.ts';

export type TypedTwice = { first: string; again: string };

/** What is wrong with a new password, or undefined. */
export function passwordProblem({ first, again }: TypedTwice): Text | undefined {
  if ([...first].length < 12) return texts.tooShort;
  return first === again ? undefined : texts.notTheSame;
}

/** A new password, typed twice. */
export function NewPasswordFields({ value, onChange }: { value: TypedTwice; onChange: (value: TypedTwice) => void }) {
  const { say } = useLocale();
  const problem = passwordProblem(value);
  const shown = value.again === '' || problem === undefined ? {} : { error: say(problem) };
  return (
    <>
      <SecretInput
        label={say(texts.newPassword)}
        description={say(texts.passwordNote)}
        autoComplete="new-password"
        value={value.first}
        onChange={(event) => onChange({ ...value, first: event.currentTarget.value })}
      />
      <SecretInput
        label={say(texts.repeatPassword)}
        autoComplete="new-password"
        value={value.again}
        onChange={(event) => onChange({ ...value, again: event.currentTarget.value })}
        {...shown}
      />
    </>
  );
}
