import { createElement, Fragment } from 'react';
import { useLocale } from '../app/locale.tsx';
import type { Text } from '../app/messages.ts';

/** A text whose values are names, ids or figures of the records: each is marked as not to be translated. */
export function Named({ text, values }: { text: Text; values: Readonly<Record<string, string>> }) {
  const { locale } = useLocale();
  const parts = text[locale].split(/(\{\w+\})/).map((part) => {
    const value = /^\{\w+\}$/.test(part) ? values[part.slice(1, -1)] : undefined;
    return value === undefined ? part : createElement('span', { translate: 'no' }, value);
  });
  // as arguments, not as a list: the parts of a text keep their places and need no keys
  return createElement(Fragment, null, ...parts);
}
