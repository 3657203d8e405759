import { abstainsAfterMarker } from './extract-abstention.ts';
import type { OptionContext } from './extract-context.ts';
import { type LabelReading, readLabels } from './extract-labels.ts';
import { optionTextAt } from './extract-option-text.ts';

/** How binding a place is: the requested form, a sentence that names the answer, or a statement about one option. */
export type Strength = 'formal' | 'prose' | 'statement';

export type Candidate = {
  index: number;
  end: number;
  strength: Strength;
  rule: string;
  meaning:
    | { kind: 'labels'; labels: string[] }
    | { kind: 'alternatives' }
    | { kind: 'abstains' }
    | { kind: 'conflict' };
};

type Marker = { rule: string; strength: Strength; pattern: RegExp; strict?: boolean; noun?: boolean };

const adjectives =
  '(?:(?:final|correct|best|right|single best|most appropriate|most likely|most accurate|likely|chosen|selected)\\s+)*';
const copula = '(?:is|are|was|would be|should be|must be|has to be|will be|=)';

/** Places after which an answer stands. Patterns end where the label or the option's text begins. */
const markers: readonly Marker[] = [
  { rule: 'boxed', strength: 'formal', pattern: /\\boxed\s*\{/g },
  {
    rule: 'json-field',
    strength: 'formal',
    pattern: /["'](?:final_?|correct_?)?(?:answer|choice|option)["']\s*:\s*/gi,
  },
  {
    rule: 'marker',
    strength: 'formal',
    pattern: new RegExp(
      `(?:^|\\n|[.!?;。]\\s)[ \\t]*(?:[-•]\\s*)?(?:\\d+[.)]\\s*)?(?:so\\s+|therefore,?\\s+|thus,?\\s+|hence,?\\s+)?(?:(?:the|my)\\s+)?${adjectives}(?:answers?|ans|choice|option|(?:options|choices)(?<=(?:correct|right|selected|chosen) (?:options|choices)))\\.?\\s*(?:\\([^)\\n]*\\))?\\s*(?:is\\s*)?(?:[:=→]|-+>|[-–—](?=\\s))`,
      'gi',
    ),
  },
  { rule: 'marker', strength: 'formal', pattern: /(?:^|\n)[ \t]*ans(?:wer)?\b\s*[.:–-]+/gi },
  { rule: 'marker', strength: 'formal', pattern: /\b(?:ANSWER|[Ff]inal [Aa]nswer|FINAL ANSWER)\s*(?:is\s*)?[:=]/g },
  { rule: 'marker', strength: 'formal', pattern: /(?:^|\n)[ \t]*(?:final |correct )?answer[ \t]*\n+/gi },
  {
    rule: 'marker',
    strength: 'formal',
    pattern: /(?:最终|最后|正确|参考|标准|本题|最佳)?(?:的)?答案\s*(?:\([^)\n]*\))?\s*(?:[】\]>)]\s*:?|[:=]|(?=\n))/g,
  },
  {
    rule: 'prose',
    strength: 'prose',
    noun: true,
    pattern: new RegExp(
      `\\b(?<!of )(?:answers?|choice|option|response|(?:options|choices)(?<=(?:correct|right|selected|chosen) (?:options|choices)))\\b(?=[^.\\n?!]{0,90}?\\b${copula})`,
      'gi',
    ),
  },
  {
    rule: 'prose',
    strength: 'prose',
    strict: true,
    noun: true,
    pattern:
      /\b(?:diagnosis|cause|step|management|treatment|therapy|drug|agent|test|investigation|finding|explanation|intervention|medication|mechanism|one)\b(?=[^.\n?!]{0,60}?\b(?:is|would be|should be)\b)/gi,
  },
  {
    rule: 'choose',
    strength: 'prose',
    pattern:
      /\b(?:choose|chose|select|selected|selecting|choosing|pick|picked|picking|go with|going with|went with|opt for|opting for|vote for|settle on|stick with|i(?:'d| would| will|'ll)? (?:say|answer)|chang(?:e|ed|ing) my (?:mind|answer)(?: to)?|revise my answer to)\b\s*[:,]?/gi,
  },
  {
    rule: 'prose',
    strength: 'prose',
    pattern: /(?:答案|我的选择|我的回答)(?:应该|应当|应|就|显然|自然|最终|只能|可能)*(?:是|为|选择?|(?=不是|并非))/g,
  },
  {
    rule: 'prose',
    strength: 'prose',
    pattern:
      /(?:正确|最佳|合适|恰当|适宜|可能|符合(?:题意)?|首选)(?:的)?(?:一项|选项|做法|处理|诊断|治疗|药物|检查)?(?:应该|应当|应)?(?:是|为)(?:选项)?/g,
  },
  { rule: 'choose', strength: 'prose', pattern: /(?:改为|改选|更正为|纠正为|选择|选取|选)(?!项)/g },
  {
    rule: 'conclusion',
    strength: 'prose',
    strict: true,
    pattern: /(?:^|[.;,!?\n]\s*)(?:therefore|thus|hence|so|consequently|accordingly|in conclusion)\b[\s,:]*/gi,
  },
  {
    rule: 'conclusion',
    strength: 'prose',
    strict: true,
    pattern: /\bit(?:'s| is| must be| should be| has to be)\s+/gi,
  },
  { rule: 'conclusion', strength: 'prose', strict: true, pattern: /(?:因此|所以|综上所述|综上|故)\s*,?\s*(?:选项)?/g },
];

/** Words in the clause before a place that turn it into a condition, a draft or someone else's view. */
const disowning =
  /\b(?:possible|available|whether|unless|suppos\w+|assum\w+|tempting|distractor|initially|at first|first thought|originally|previously|wrongly|mistakenly|incorrectly)\b|\b(?:many|some|most|several|other)s?\s+(?:\w+\s+)?(?:might|may|would|could|will|often|choose|pick|select|say|think)\b|\b(?:others?|people|students|someone)\s+(?:might|may|would|could|will|often|choose|pick|select|say|think)\b|有人|很多人|有些人|考生|是否|备选|起初|一开始|最初/i;
/** A sentence that opens with a condition names no answer to the item as it stands. */
const conditional = /^\s*(?:if|unless|suppose|assuming|in case)\b|^\s*(?:如果|若|假如|假设)/i;
/** A denial before the place, unless a turn ("but", "so") stands between. */
const denying = /(?:\b(?:not|never|cannot|neither|nor)\b|n't\b)(?!.*\b(?:but|however|yet|so|therefore|thus|hence)\b)/i;
const chineseDenying = /(?:不|误|错|勿|别|莫|未|非|容易)(?:应|能|可|要|宜|该|会|建议|可以|应该|是)?$/;
const exampleBefore =
  /\b(?:must|should|need to|have to|has to|asked to|told to|instructed|required|format|e\.g\.|example|such as)\b|格式|例如|要求|形式/i;

/** All places of a text that name an answer or decline to, in the order of the text. */
export function findCandidates(text: string, context: OptionContext): Candidate[] {
  const found: Candidate[] = findNamedAsAnswer(text, context);
  for (const marker of markers) {
    for (const match of text.matchAll(marker.pattern)) {
      const candidate =
        marker.noun === true
          ? afterCopula(text, match, marker, context)
          : readCandidate(text, match.index, match.index + match[0].length, { marker, context });
      if (candidate !== null) found.push(candidate);
    }
  }
  found.push(...findStatements(text, context));
  return found.sort((a, b) => a.index - b.index);
}

/** Tries every copula of the sentence after the noun: "the best answer to what is shown is B". */
function afterCopula(text: string, match: RegExpExecArray, marker: Marker, context: OptionContext): Candidate | null {
  const from = match.index + match[0].length;
  const sentence = /^[^.\n?!]{0,110}/.exec(text.slice(from))?.[0] ?? '';
  for (const verb of sentence.matchAll(new RegExp(`\\b${copula}(?=\\s|:|\\()`, 'gi'))) {
    if (/would be/i.test(verb[0]) && /\b(?:if|were|had|unless|otherwise)\b/i.test(sentenceBefore(text, match.index)))
      return null;
    if (/,?\s*\b(?:but|because|since|although|whereas|while)\b/i.test(sentence.slice(0, verb.index))) return null;
    const candidate = readCandidate(text, match.index, from + verb.index + verb[0].length, { marker, context });
    if (candidate !== null) return candidate;
  }
  return null;
}

function readCandidate(
  text: string,
  index: number,
  from: number,
  { marker, context }: { marker: Marker; context: OptionContext },
): Candidate | null {
  const after = text.slice(from);
  const base = { index, end: Math.min(text.length, from + 40), strength: marker.strength, rule: marker.rule };
  if (marker.strength === 'prose' && isDisowned(text, index)) return null;
  if (marker.strength === 'formal' && isExample(text, index, after)) return null;
  const denial = /^\s*(?:definitely\s+|certainly\s+|clearly\s+)?(?:not\b|never\b|不是|并非|绝不是)/i.exec(after);
  if (marker.strict !== true) {
    const named = optionTextAt(
      after.replace(/^\s*(?:clearly|definitely|probably|likely|most likely|therefore)\s+/i, ''),
      context,
    );
    if (named !== null)
      return { ...base, rule: `${marker.rule}+text`, meaning: { kind: 'labels', labels: [named.label] } };
    if (marker.rule !== 'choose' && abstainsAfterMarker(after)) return { ...base, meaning: { kind: 'abstains' } };
  }
  if (denial !== null) return afterDenial(after.slice(denial[0].length), base, context);
  const reading = readLabels(after, context);
  if (reading === null || (marker.strict === true && !standsAlone(after, reading))) return null;
  return interpret(reading, base, context);
}

/** "not A but B", "不是A,而是B". */
function afterDenial(after: string, base: Omit<Candidate, 'meaning'>, context: OptionContext): Candidate | null {
  const turn = /^[^.\n。]{0,40}?(?:\bbut\b(?:\s+rather)?|而是|而应选|应是)\s*/i.exec(after);
  const reading = turn === null ? null : readLabels(after.slice(turn[0].length), context);
  return reading === null ? null : interpret(reading, base, context);
}

function interpret(reading: LabelReading, base: Omit<Candidate, 'meaning'>, context: OptionContext): Candidate | null {
  const { labels, alternatives, rest } = reading;
  if (alternatives)
    return labels.length >= context.labels.length ? null : { ...base, meaning: { kind: 'alternatives' } };
  const conflicting = labels.length === 1 ? optionTextAt(rest.replace(/^[\s.):(-]+/, ''), context) : null;
  const endsThere = conflicting !== null && /^\s*(?:$|[\n.)])/.test(conflicting.rest) && !/^\s*,/.test(rest);
  if (endsThere && conflicting.label !== labels[0] && context.labels.includes(labels[0] ?? ''))
    return { ...base, meaning: { kind: 'conflict' } };
  return { ...base, meaning: { kind: 'labels', labels } };
}

/** Strict places need the label in brackets, called an option, or at the end of its sentence. */
function standsAlone(after: string, reading: LabelReading): boolean {
  return (
    /^\s*(?:(?:option|choice|answer|选项)\s*)?[([【]/i.test(after) ||
    /^\s*(?:option|choice|answer|选项)/i.test(after) ||
    /^[).\]】。!]*\s*(?:$|\n)|^[).\]]*[.。]\s+[A-Z(]|^[,.。]/.test(reading.rest)
  );
}

/** "I must finish with 'ANSWER: A'" and the echo of a prompt's template are no answers. */
function isExample(text: string, index: number, after: string): boolean {
  const line = text.slice(text.lastIndexOf('\n', index) + 1, index + 1);
  if (
    /^\s*(?:<[^>\n]*>|\[[^\]\n]{2,}\]|_+)\s*(?:$|[\n.])/.test(after) &&
    !/^\s*\[\s*["']?[A-Za-z]["']?\s*[\],]/.test(after)
  )
    return true;
  return (
    line.trim() !== '' &&
    exampleBefore.test(line) &&
    /["'“‘(]\s*$/.test(line.slice(0, -1) + (line.at(-1) ?? '').replace(/[A-Za-z]/, ''))
  );
}

const statementBefore =
  '(?:^|[.;:,!?\\n(]\\s*|\\b(?:[Oo]ption|[Cc]hoice|[Aa]nswer|[Tt]hus|[Tt]herefore|that|[Hh]ence|because|[Ss]o|and|but|think|believe|[Oo]nly|making)\\s+)';
const correct = '(?:correct|right|best|the answer|most (?:appropriate|likely|accurate|suitable))';
const englishStatement = new RegExp(
  `${statementBefore}\\(?([A-Z])\\)?(?:[.):]?\\s*\\([^)\\n]*\\)|\\s*[,:]\\s*[^,.\\n]{1,60},)?\\s+(?:is|was|seems|appears to be|would be)\\s+(?:clearly |therefore |thus |indeed |definitely |probably |likely )*(?:the\\s+)?(?:only\\s+|single\\s+)?${correct}\\b(?!\\s+(?:if|only if|when)\\b)(?![^.\\n]{0,60}\\?)`,
  'g',
);
const chineseStatement =
  /(?:^|[,。;、\s:(]|选项|因此|所以|故|即|只有|仅)([A-Z])(?:选项|项)?(?:是|为)?(?:最)?(?:正确|对的|符合题意|恰当|合适|适宜|佳)(?!吗)/g;

/** "(D对)" and the like in a commentary that goes through the options. */
const chineseMark = /\(([A-Z])(?:项)?(?:对|正确|√)[,)]/g;

/** "Option B is correct", "B项正确": one option called right, not the place of an answer. */
function findStatements(text: string, context: OptionContext): Candidate[] {
  return [englishStatement, chineseStatement, chineseMark].flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap((match): Candidate[] => {
      const label = match[1];
      if (label === undefined || !context.labels.includes(label)) return [];
      if (isDisowned(text, match.index + match[0].indexOf(label))) return [];
      return [
        {
          index: match.index,
          end: match.index + match[0].length,
          strength: 'statement',
          rule: 'statement',
          meaning: { kind: 'labels', labels: [label] },
        },
      ];
    }),
  );
}

function isDisowned(text: string, index: number): boolean {
  const clause = clauseBefore(text, index);
  if (conditional.test(sentenceBefore(text, index))) return true;
  return disowning.test(clause) || denying.test(clause) || chineseDenying.test(clause.trimEnd());
}

/** "(B错,为本题正确答案)": in items that ask for the wrong statement the commentary says so in words. */
function findNamedAsAnswer(text: string, context: OptionContext): Candidate[] {
  if (context.multiple) return [];
  return [...text.matchAll(/([A-Z])(?:项)?[对错],(?:故)?(?:为|是)本题(?:的)?正确答案/g)].flatMap(
    (match): Candidate[] => {
      const label = match[1];
      if (label === undefined || !context.labels.includes(label)) return [];
      const meaning = { kind: 'labels' as const, labels: [label] };
      return [{ index: match.index, end: match.index + match[0].length, strength: 'prose', rule: 'prose', meaning }];
    },
  );
}

function clauseBefore(text: string, index: number): string {
  return (
    text
      .slice(Math.max(0, index - 160), index)
      .split(/[.,;:!?\n。、](?=\s|$|\p{Script=Han})|[。]/u)
      .at(-1) ?? ''
  );
}

function sentenceBefore(text: string, index: number): string {
  return (
    text
      .slice(Math.max(0, index - 240), index)
      .split(/[.!?\n。]/)
      .at(-1) ?? ''
  );
}
