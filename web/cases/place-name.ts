import type { Edit } from '../../src/review/schema.ts';
import type { Text } from '../app/messages.ts';
import type { Place } from './align.ts';
import { texts } from './texts.ts';

type Named = { text: Text; values: Record<string, number> };

/** How a place is called. */
export function placeName(place: Place): Named {
  if ('answer' in place) return { text: texts.answer, values: {} };
  if ('step' in place) return { text: texts.step, values: { step: place.step } };
  return place.after === 0
    ? { text: texts.beforeFirst, values: {} }
    : { text: texts.afterStep, values: { step: place.after } };
}

/** How an edit is called: what it does and where. */
export function editName(edit: Edit): Named {
  switch (edit.op) {
    case 'replace':
      return { text: texts.step, values: { step: edit.step } };
    case 'delete':
      return { text: texts.deleteStep, values: { step: edit.step } };
    case 'insert':
      return edit.after === 0
        ? { text: texts.insertFirst, values: {} }
        : { text: texts.insertAfter, values: { step: edit.after } };
    case 'answer':
      return { text: texts.answer, values: {} };
  }
}

/** The text that an edit replaces; empty for a new step. */
export function textBefore(edit: Edit, trace: { steps: string[]; answer: string }): string {
  if (edit.op === 'answer') return trace.answer;
  return edit.op === 'insert' ? '' : (trace.steps[edit.step - 1] ?? '');
}
