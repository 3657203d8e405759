import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { fill, type Locale, type MessageKey, messages, type Text } from './messages.ts';

type Values = Record<string, string | number>;

type LocaleState = {
  locale: Locale;
  /** A message of the catalogue, its numbers written as the language writes them. */
  t: (key: MessageKey, values?: Values) => string;
  /** A text in the page's language: a word of the records or of the profile, or a message of a page's own catalogue. */
  say: (text: Text, values?: Values) => string;
  number: (value: number) => string;
  dateTime: (iso: string) => string;
  switchLocale: () => void;
};

const tags: Record<Locale, string> = { en: 'en-GB', zh: 'zh-CN' };
const storageKey = 'safemed-locale';

function firstLocale(): Locale {
  const kept = localStorage.getItem(storageKey);
  if (kept === 'en' || kept === 'zh') return kept;
  return navigator.language.startsWith('zh') ? 'zh' : 'en';
}

function stateFor(locale: Locale, switchLocale: () => void): LocaleState {
  const numbers = new Intl.NumberFormat(tags[locale]);
  const dates = new Intl.DateTimeFormat(tags[locale], { dateStyle: 'medium', timeStyle: 'short' });
  const shown = (value: string | number): string => (typeof value === 'number' ? numbers.format(value) : value);
  const say = (text: Text, values: Values = {}): string =>
    fill(text, locale, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shown(value)])));
  return {
    locale,
    t: (key, values) => say(messages[key], values),
    say,
    number: (value) => numbers.format(value),
    dateTime: (iso) => dates.format(new Date(iso)),
    switchLocale,
  };
}

const LocaleContext = createContext<LocaleState>(stateFor('en', () => undefined));

export function LocaleProvider({ children }: { children: ReactNode }) {
  const [locale, setLocale] = useState<Locale>(firstLocale);
  useEffect(() => {
    document.documentElement.lang = tags[locale];
  }, [locale]);
  const switchLocale = (): void => {
    const other = locale === 'en' ? 'zh' : 'en';
    localStorage.setItem(storageKey, other);
    setLocale(other);
  };
  return <LocaleContext.Provider value={stateFor(locale, switchLocale)}>{children}</LocaleContext.Provider>;
}

export function useLocale(): LocaleState {
  return useContext(LocaleContext);
}
