/** A run of text that stayed, went or came. */
export type DiffPart = { kind: 'same' | 'del' | 'ins'; text: string };

/** Beyond this many comparisons the texts are shown as replaced in whole, so that no page ever hangs. */
const maxCells = 4_000_000;

const han = /^\p{Script=Han}$/u;

/**
 * The change from one text to another by words: Latin words as such, Chinese by the segmenter's words and then narrowed
 * to the characters that differ. The kept and deleted parts give `before`, the kept and inserted ones `after`.
 */
export function wordDiff(before: string, after: string, language: string): DiffPart[] {
  const a = words(before, language);
  const b = words(after, language);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return joined([
    ...a.slice(0, start).map((text) => ({ kind: 'same' as const, text })),
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...a.slice(a.length - end).map((text) => ({ kind: 'same' as const, text })),
  ]);
}

function words(text: string, language: string): string[] {
  return [...new Intl.Segmenter(language, { granularity: 'word' }).segment(text)].map((one) => one.segment);
}

/** The shortest change between two lists of words, by the longest common subsequence. */
function middle(a: string[], b: string[]): DiffPart[] {
  const width = b.length + 1;
  if ((a.length + 1) * width > maxCells)
    return [
      { kind: 'del', text: a.join('') },
      { kind: 'ins', text: b.join('') },
    ];
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const parts: DiffPart[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; )
    if (i < a.length && j < b.length && a[i] === b[j]) {
      parts.push({ kind: 'same', text: a[i++] ?? '' });
      j++;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1)))
      parts.push({ kind: 'del', text: a[i++] ?? '' });
    else parts.push({ kind: 'ins', text: b[j++] ?? '' });
  return parts;
}

/** Joins neighbours: one deletion, one insertion, then what stayed. Blanks between two changes belong to both. */
function joined(parts: DiffPart[]): DiffPart[] {
  const out: DiffPart[] = [];
  let del = '';
  let ins = '';
  const flush = (): void => {
    out.push(...narrowed(del, ins));
    del = '';
    ins = '';
  };
  for (const [index, part] of parts.entries()) {
    const between = del !== '' && ins !== '' && part.text.trim() === '' && parts[index + 1]?.kind !== 'same';
    if (part.kind === 'del') del += part.text;
    else if (part.kind === 'ins') ins += part.text;
    else if (between && index + 1 < parts.length) {
      del += part.text;
      ins += part.text;
    } else {
      flush();
      out.push(part);
    }
  }
  flush();
  return merged(out);
}

/** Takes the Chinese characters that both ends share out of a replaced run: a character is a unit of meaning there. */
function narrowed(del: string, ins: string): DiffPart[] {
  const a = [...del];
  const b = [...ins];
  const shared = (x: string | undefined, y: string | undefined): boolean => x !== undefined && x === y && han.test(x);
  let start = 0;
  while (start < Math.min(a.length, b.length) && shared(a[start], b[start])) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && shared(a.at(-1 - end), b.at(-1 - end))) end++;
  return [
    { kind: 'same', text: a.slice(0, start).join('') },
    { kind: 'del', text: a.slice(start, a.length - end).join('') },
    { kind: 'ins', text: b.slice(start, b.length - end).join('') },
    { kind: 'same', text: a.slice(a.length - end).join('') },
  ];
}

function merged(parts: DiffPart[]): DiffPart[] {
  const out: DiffPart[] = [];
  for (const part of parts.filter((one) => one.text !== '')) {
    const last = out.at(-1);
    if (last?.kind === part.kind) last.text += part.text;
    else out.push({ ...part });
  }
  return out;
}
