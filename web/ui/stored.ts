import { useState } from 'react';

/**
 * State that this browser keeps under a key, so that a closed tab loses nothing: the value, a way to change it, and a
 * way to forget it and begin again.
 */
export function useStored<T>(key: string, initial: T): [T, (next: T) => void, () => void] {
  const [value, setValue] = useState<T>(() => {
    const kept = localStorage.getItem(key);
    return kept === null ? initial : (JSON.parse(kept) as T); // written below; a key belongs to one place alone
  });
  const change = (next: T): void => {
    localStorage.setItem(key, JSON.stringify(next));
    setValue(next);
  };
  const forget = (): void => {
    localStorage.removeItem(key);
    setValue(initial);
  };
  return [value, change, forget];
}
