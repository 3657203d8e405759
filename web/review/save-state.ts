import type { Text } from '../app/messages.ts';
import type { Tone } from '../ui/tag.tsx';
import type { ItemState } from './review-item.ts';
import type { Link } from './sync.ts';
import { texts } from './texts.ts';

/** Where the review is kept right now, in words: never more than is true. */
export function saveState(
  { draft, waiting, writing, failure }: Pick<ItemState, 'draft' | 'waiting' | 'writing' | 'failure'>,
  link: Link,
): { text: Text; tone: Tone; sign: string; rev?: number; savedAt?: string } {
  if (failure !== undefined) return { text: texts.notKept, tone: 'bad', sign: '⚠' };
  if (draft.trouble?.kind === 'conflict') return { text: texts.conflictState, tone: 'bad', sign: '⚠' };
  if (draft.trouble?.kind === 'refused') return { text: texts.refusedState, tone: 'bad', sign: '⚠' };
  if (writing) return { text: texts.saving, tone: 'busy', sign: '…' };
  if (waiting > 0) {
    if (link === 'signed-out') return { text: texts.signedOut, tone: 'warn', sign: '⚠' };
    if (link === 'offline') return { text: texts.offline, tone: 'warn', sign: '⚠' };
    return { text: texts.savedHere, tone: 'busy', sign: '…' };
  }
  if (draft.rev === 0 || draft.savedAt === undefined) return { text: texts.nothingToSave, tone: 'busy', sign: '·' };
  return { text: texts.saved, tone: 'good', sign: '✓', rev: draft.rev, savedAt: draft.savedAt };
}
