import type { Text } from '../app/messages.ts';
import { texts } from './texts.ts';
import type { WorkEdit } from './work.ts';

/** What an edit did and where, as a text with its values. */
export function placeText({ op, at }: Pick<WorkEdit, 'op' | 'at'>): [Text, Record<string, number>] {
  switch (op) {
    case 'replace':
      return [texts.editReplaced, { step: at }];
    case 'delete':
      return [texts.editDeleted, { step: at }];
    case 'insert':
      return at === 0 ? [texts.editInsertedFirst, {}] : [texts.editInserted, { step: at }];
    case 'answer':
      return [texts.editAnswered, {}];
  }
}
