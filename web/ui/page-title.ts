import { useEffect } from 'react';
import { messages } from '../app/messages.ts';

/** Names the page in the browser's tab and for screen readers. */
export function usePageTitle(name: string): void {
  useEffect(() => {
    document.title = `${name} · ${messages.title.en}`;
  }, [name]);
}
