import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { useLocale } from '../app/locale.tsx';
import { texts } from './texts.ts';

/** A field for a password, with a button that shows what was typed. */
export function SecretInput(props: PasswordInputProps) {
  const { say } = useLocale();
  return <PasswordInput visibilityToggleButtonProps={{ 'aria-label': say(texts.showPassword) }} {...props} />;
}
