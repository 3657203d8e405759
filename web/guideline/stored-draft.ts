import { useState } from 'react';
import type { GuidelineVersion } from '../../src/guideline/schema.ts';

type Content = GuidelineVersion['content'];

const storageKey = (base: number): string => `safemed-guideline-draft-${base}`;

/**
 * The text being written on top of a version. It is kept in this browser at every change, so that a closed tab loses
 * nothing; one that was written on another version is left alone.
 */
export function useStoredDraft(base: number, published: Content): [Content, (next: Content) => void, () => void] {
  const [content, setContent] = useState<Content>(() => {
    const kept = localStorage.getItem(storageKey(base));
    return kept === null ? published : (JSON.parse(kept) as Content); // written below, by this page alone
  });
  const change = (next: Content): void => {
    localStorage.setItem(storageKey(base), JSON.stringify(next));
    setContent(next);
  };
  const discard = (): void => {
    localStorage.removeItem(storageKey(base));
    setContent(published);
  };
  return [content, change, discard];
}
