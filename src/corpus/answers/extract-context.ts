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

/** Traditional characters of the words by which replies answer and decline, so that one set of rules reads both scripts. */
const simplified: Record<string, string> = Object.fromEntries(
  Array.from(
    '選选擇择無无確确斷断題题項项應应為为對对錯错綜综這这個个當当該该誤误據据資资訊讯給给認认覺觉見见論论從从後后還还與与沒没診诊療疗藥药檢检查查處处間间問问醫医難难輯辑僅仅個个餘余顯显適适開开須须種种樣样來来說说話话讓让請请條条件件數数類类結结終终總总'.match(
      /../gu,
    ) ?? [],
    (pair) => [...pair],
  ).map(([from = '', to = '']) => [from, to]),
);
const traditional = new RegExp(`[${Object.keys(simplified).join('')}]`, 'gu');

/**
 * A reply without the markup that models put around answers: full-width forms become ASCII, emphasis, LaTeX text commands,
 * headings, quote marks of lines and simple HTML go, struck-out text goes with its content.
 */
export function plainText(reply: string): string {
  return reply
    .normalize('NFKC')
    .replace(/[\u200B-\u200D\u2060\uFEFF]/g, '')
    .replace(traditional, (character) => simplified[character] ?? character)
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
