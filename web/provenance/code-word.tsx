import { useLocale } from '../app/locale.tsx';
import type { Text } from '../app/messages.ts';

/** The word for a code of a signed record; a code that this version does not know is shown as it is. */
export function CodeWord({ words, code }: { words: Record<string, Text>; code: string | undefined }) {
  const { say } = useLocale();
  const text = code !== undefined && Object.hasOwn(words, code) ? words[code] : undefined;
  return text === undefined ? <code translate="no">{code ?? '?'}</code> : say(text);
}
