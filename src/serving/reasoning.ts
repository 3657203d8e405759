/** A piece of a streamed reply, told apart into thinking and answer. */
export type Piece = { kind: 'reasoning' | 'content'; text: string };

/**
 * Splits a reply into thinking and answer while it arrives. Tags may be cut anywhere between pieces, so the longest
 * possible beginning of a tag is held back. Text outside the blocks is answer text: nothing a model wrote is dropped.
 */
export function reasoningSplitter(): { push(text: string): Piece[]; end(): Piece[] } {
  const tags = {
    '<think>': 'reasoning',
    '</think>': 'content',
    '<answer>': 'content',
    '</answer>': 'content',
  } as const;
  const names = Object.keys(tags) as (keyof typeof tags)[]; // the keys of the literal above
  let kind: Piece['kind'] = 'content';
  let held = '';
  const take = (last: boolean): Piece[] => {
    const pieces: Piece[] = [];
    const emit = (text: string): void => {
      const previous = pieces.at(-1);
      if (text === '') return;
      if (previous?.kind === kind) previous.text += text;
      else pieces.push({ kind, text });
    };
    for (;;) {
      const at = held.indexOf('<');
      if (at < 0) {
        emit(held);
        held = '';
        return pieces;
      }
      emit(held.slice(0, at));
      held = held.slice(at);
      const tag = names.find((name) => held.startsWith(name));
      if (tag !== undefined) {
        kind = tags[tag];
        held = held.slice(tag.length);
      } else if (!last && names.some((name) => name.startsWith(held))) return pieces;
      else {
        emit('<');
        held = held.slice(1);
      }
    }
  };
  return {
    push: (text) => {
      held += text;
      return take(false);
    },
    end: () => take(true),
  };
}

/** A whole reply told apart; both parts without surrounding blanks. */
export function splitReasoning(text: string): { reasoning: string; content: string } {
  const splitter = reasoningSplitter();
  const pieces = [...splitter.push(text), ...splitter.end()];
  const of = (kind: Piece['kind']): string =>
    pieces
      .filter((piece) => piece.kind === kind)
      .map((piece) => piece.text)
      .join('')
      .trim();
  return { reasoning: of('reasoning'), content: of('content') };
}
