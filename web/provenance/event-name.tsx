import type { EventType } from '../../src/ledger/event-types.ts';
import { useLocale } from '../app/locale.tsx';
import { events as words } from '../app/words.ts';

/** The words for an event; one that this version does not know keeps its code. */
export function EventName({ type }: { type: string | undefined }) {
  const { say } = useLocale();
  const text = words[type as EventType] ?? undefined; // an unknown type finds nothing
  return text === undefined ? <code translate="no">{type ?? '?'}</code> : say(text);
}
