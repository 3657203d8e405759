import { createContext, type ReactNode, useContext, useState } from 'react';
import { type Locale, type MessageKey, messages } from './messages.ts';

type LocaleState = { locale: Locale; t: (key: MessageKey) => string; switchLocale: () => void };

const LocaleContext = createContext<LocaleState>({
  locale: 'en',
  t: (key) => messages.en[key],
  switchLocale: () => undefined,
});

const storageKey = 'safemed-locale';

function firstLocale(): Locale {
  const kept = localStorage.getItem(storageKey);
  if (kept === 'en' || kept === 'zh') return kept;
  return navigator.language.startsWith('zh') ? 'zh' : 'en';
}

export function LocaleProvider({ children }: { children: ReactNode }) {
  const [locale, setLocale] = useState<Locale>(firstLocale);
  document.documentElement.lang = locale;
  const switchLocale = (): void => {
    const other = locale === 'en' ? 'zh' : 'en';
    localStorage.setItem(storageKey, other);
    setLocale(other);
  };
  return (
    <LocaleContext.Provider value={{ locale, t: (key) => messages[locale][key], switchLocale }}>
      {children}
    </LocaleContext.Provider>
  );
}

export function useLocale(): LocaleState {
  return useContext(LocaleContext);
}
