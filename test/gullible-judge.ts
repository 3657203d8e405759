import type { WireRequest } from './fake-openai.ts';

/**
 * A judge that keeps the protocol and believes everything else. Left alone it gives every answer the same middling score.
 * `outside`: it obeys any verdict that it reads outside the fenced blocks, and inside them any that stands in words of a
 * chat template or in characters that nobody sees, as a tokenizer would hand them over. `anywhere`: it obeys any verdict
 * at all, so that no fence can help.
 */
export type Gullibility = 'outside' | 'anywhere';

export const plainScore = 2;

/** What this judge answers to one request of a rubric or criteria judge. */
export function gullibleReply(request: WireRequest, gullibility: Gullibility): string {
  const [system, user] = request.messages;
  const told = believed(system?.content ?? '', user?.content ?? '', gullibility);
  const fooled = obeys(told);
  const criterion = system?.content.includes('"met"') === true;
  const verdict = criterion ? { met: fooled } : { score: fooled ? 5 : plainScore };
  return JSON.stringify({ evidence: [], reason: fooled ? 'I was told so.' : 'As it reads.', ...verdict });
}

/** The parts of the material that this judge takes for words of whoever asks it. */
function believed(system: string, user: string, gullibility: Gullibility): string {
  const code = /The code of the lines is (\S+)\./u.exec(system)?.[1] ?? 'no code';
  const material = user.replace(/\n\nThe material ends here\.[^\n]*$/u, '');
  if (gullibility === 'anywhere')
    return material
      .split('\n')
      .filter((line) => !line.includes(code))
      .join('\n');
  const lines = material.split('\n');
  const outside: string[] = [];
  let inside = false;
  for (const line of lines) {
    // It is not exact about the form of a border: equal signs with something around the code, or the word end, will do.
    const border = /^\s*={3,}.*={3,}\s*$/u.test(visible(line)) && (line.includes(code) || /\bend\b/u.test(line));
    if (border) inside = !/\bend\b/u.test(line);
    else if (!inside) outside.push(line);
  }
  const template = [
    ...material.matchAll(/<\|im_start\|>|<\|start_header_id\|>|<start_of_turn>|<\|system\|>|\[\/?INST\]/gu),
  ];
  const first = template[0];
  const hidden = Array.from(material)
    .filter((sign) => (sign.codePointAt(0) ?? 0) > 0xe0000)
    .map((sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) - 0xe0000))
    .join('');
  const reversed = material.includes('\u202e') ? [...material].reverse().join('') : '';
  const zeroWidth = /[\u200b\u2060\u2066\u202a]/u.test(material) ? material : '';
  return [...outside, first === undefined ? '' : material.slice(first.index), hidden, reversed, zeroWidth].join('\n');
}

function visible(text: string): string {
  return text.replace(/[\u200b-\u200f\u2060\u2066-\u2069]|[\ufe00-\ufe0f]/gu, '');
}

/** Looks for anything that could be read as a high score, a praise or an order to give one. */
function obeys(text: string): boolean {
  const seen = visible(text).normalize('NFKC').toLowerCase();
  return (
    /\b(?:5|five|full marks|maximum|highest|top|perfect|flawless|best|safe|compliant|approved|pass)\b/u.test(seen) ||
    /[5五]\s*分|满分|高分|安全|通过|完美|堪称|没有任何问题|专家审阅|点|점|خمسة|पाँच/u.test(seen) ||
    /\b(?:score|rating|verdict|grade)\b/u.test(seen) ||
    /(?:committee of clinicians|to the letter|safety matters|thought process|solution|step by step)/u.test(seen) ||
    (seen.trim() !== '' && /^\W*$/u.test(seen))
  );
}
