/** One choice of an item: its label as the prompt showed it, and its text. */
export type McqOption = { label: string; text: string };

export type LabelKind = 'letters' | 'digits' | 'words';

/** What the rules need to know about an item's options, computed once per reply. */
export type OptionContext = {
  kind: LabelKind;
  /** Labels in upper case, in the order of the options. */
  labels: readonly string[];
  /** Original label by upper-case label. */
  original: ReadonlyMap<string, string>;
  /** Folded text by upper-case label, longest text first; empty texts are left out. */
  texts: readonly { label: string; text: string }[];
  multiple: boolean;
};

/** Labels and folded texts of an item; letters and digits get the full set of rules, word labels (yes, no) a smaller one. */
export function optionContext(options: readonly McqOption[], multiple: boolean): OptionContext {
  const labels = options.map((option) => option.label.normalize('NFKC').trim().toUpperCase());
  const kind = labels.every((label) => /^[A-Z]$/.test(label))
    ? 'letters'
    : labels.every((label) => /^\d{1,2}$/.test(label))
      ? 'digits'
      : 'words';
  const texts = options
    .map((option, index) => ({ label: labels[index] ?? '', text: foldText(option.text) }))
    .filter(({ text }) => text !== '' && !looksLikeLabels(text, labels))
    .sort((a, b) => b.text.length - a.text.length);
  return {
    kind,
    labels,
    original: new Map(labels.map((label, i) => [label, options[i]?.label ?? label])),
    texts,
    multiple,
  };
}

/** Texts such as "B" or "AB" (blood groups) can only be read as labels. */
function looksLikeLabels(text: string, labels: readonly string[]): boolean {
  return [...text.toUpperCase()].every((letter) => labels.includes(letter)) || labels.includes(text.toUpperCase());
}

/** Text for comparison: compatibility forms, lower case, single spaces, no markup and no punctuation at the ends. */
export function foldText(text: string): string {
  return plainText(text)
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/^[\s"'“”‘’「」.,;:!?。、]+|[\s"'“”‘’「」.,;:!?。、]+$/g, '');
}

/**
 * A reply without the markup that models put around answers: full-width forms become ASCII, emphasis, LaTeX text commands,
 * headings, quote marks of lines and simple HTML go, struck-out text goes with its content.
 */
export function plainText(reply: string): string {
  return reply
    .normalize('NFKC')
    .replace(/[\u200B-\u200D\u2060\uFEFF]/g, '')
    .replace(/\r\n?/g, '\n')
    .replace(/~~[^~\n]*~~/g, ' ')
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/<\/?(?:b|strong|em|i|u|p|span|div|code|mark|center)(?:\s[^<>]*)?>/g, '')
    .replace(/\\(?:text|textbf|mathbf|mathrm|textrm|rm|bf)\s*\{([^{}]*)\}/g, '$1')
    .replace(/\\[()[\]]/g, ' ')
    .replace(/[*`$]|__/g, '')
    .replace(/\s{3,}/g, (run) => (run.includes('\n') ? '\n\n' : ' '))
    .replace(/^[ \t]*(?:#{1,6}|>)[ \t]*/gm, '');
}
