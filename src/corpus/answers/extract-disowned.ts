/** Words in the clause before a place that turn it into a condition, a draft or someone else's view. */
const disowning = [
  /\b(?:possible|available|whether|unless|suppos\w+|assum\w+|tempting|distractor|initially|at first|first thought|originally|previously|wrongly|mistakenly|incorrectly)\b/i,
  /\b(?:many|some|most|several|other)s?\s+(?:\w+\s+)?(?:might|may|would|could|will|often|choose|pick|select|say|think|recommend|suggest)\b/i,
  /\b(?:others?|people|students|someone)\s+(?:might|may|would|could|will|often|choose|pick|select|say|think)\b/i,
  /有人|很多人|有些人|考生|是否|备选|起初|一开始|最初/,
];
/** A sentence that opens with a condition names no answer to the item as it stands. */
const conditional = /^\s*(?:if|unless|suppose|assuming|in case)\b|^\s*(?:如果|若|假如|假设)/i;
/** A denial before the place, unless a turn ("but", "so") stands between. */
const denying = /(?:\b(?:not|never|cannot|neither|nor)\b|n't\b)(?!.*\b(?:but|however|yet|so|therefore|thus|hence)\b)/i;
const chineseDenying = /(?:不|误|错|勿|别|莫|未|非|容易)(?:应|能|可|要|宜|该|会|建议|可以|应该|是)?$/;

/** Whether what stands at the index is denied, conditional, a draft, or ascribed to others by the words before it. */
export function isDisowned(text: string, index: number): boolean {
  if (conditional.test(sentenceBefore(text, index))) return true;
  const clause = clauseBefore(text, index);
  return (
    disowning.some((pattern) => pattern.test(clause)) || denying.test(clause) || chineseDenying.test(clause.trimEnd())
  );
}

/** "If the patient were pregnant, the answer would be C" speaks of another patient. */
export function isCounterfactual(text: string, index: number): boolean {
  return /\b(?:if|were|had|unless|otherwise)\b/i.test(sentenceBefore(text, index));
}

const exampleBefore =
  /\b(?:must|should|need to|have to|has to|asked to|told to|instructed|required|format|e\.g\.|example|such as)\b|格式|例如|要求|形式/i;
const placeholder = /^\s*(?:<[^>\n]{2,}>|\[[^\]\n]{2,}\]|_+)\s*(?:$|[\n.])/;
const bracketedLabel = /^\s*\[\s*["']?[A-Za-z]["']?\s*[\],]/;

/** "I must finish with 'ANSWER: A'" and the echo of a prompt's template ("ANSWER: [letter]") are no answers. */
export function isExample(text: string, index: number, after: string): boolean {
  if (placeholder.test(after) && !bracketedLabel.test(after)) return true;
  const line = text.slice(text.lastIndexOf('\n', index) + 1, index + 1);
  const upToQuote = line.slice(0, -1) + (line.at(-1) ?? '').replace(/[A-Za-z]/, '');
  return line.trim() !== '' && exampleBefore.test(line) && /["'“‘(]\s*$/.test(upToQuote);
}

function clauseBefore(text: string, index: number): string {
  const parts = text.slice(Math.max(0, index - 160), index).split(/[.,;:!?\n。、](?=\s|$|\p{Script=Han})|。/u);
  return parts.at(-1) ?? '';
}

function sentenceBefore(text: string, index: number): string {
  return (
    text
      .slice(Math.max(0, index - 240), index)
      .split(/[.!?\n。]/)
      .at(-1) ?? ''
  );
}
