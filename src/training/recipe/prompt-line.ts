import { asObject, type JsonObject, listAt, objectAt, textAt } from '../../verify/fields.ts';
import { promptLine } from '../rows.ts';

/** A prompt with what the reward service is told of it; `meta` as JSON text, since column formats keep one type. */
export type Prompt = {
  readonly case: string;
  readonly messages: { role: string; content: string }[];
  readonly meta: JsonObject;
};

export function promptOf(row: JsonObject): Prompt {
  const line = promptLine(row);
  return {
    case: textAt(line, 'id', 'the row'),
    messages: listAt(line, 'prompt', 'the row', (item, where) => {
      const turn = asObject(item, where);
      return { role: textAt(turn, 'role', where), content: textAt(turn, 'content', where) };
    }),
    meta: objectAt(line, 'meta', 'the row'),
  };
}
