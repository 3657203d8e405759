/** How binding a place is: the requested form, a sentence that names the answer, or a statement about one option. */
export type Strength = 'formal' | 'prose' | 'statement';

/**
 * A place after which an answer stands; the pattern ends where the label or the option's text begins. `strict` places need
 * the label in brackets, called an option, or at the end of its sentence. After a `noun` a copula follows first.
 */
export type Marker = { rule: string; strength: Strength; pattern: RegExp; strict?: boolean; noun?: boolean };

const adjectives =
  '(?:(?:final|correct|best|right|single best|most appropriate|most likely|most accurate|likely|chosen|selected)\\s+)*';
/** "Options: A, B, C" lists them; only "correct options" are an answer. */
const answerNoun =
  '(?:answers?|ans|choice|option|response|(?:options|choices)(?<=(?:correct|right|selected|chosen) (?:options|choices)))';
const opener = '(?:so\\s+|therefore,?\\s+|thus,?\\s+|hence,?\\s+)?(?:(?:the|my)\\s+)?';

const formal: readonly RegExp[] = [
  new RegExp(
    `(?:^|\\n|[.!?;。]\\s)[ \\t]*(?:[-•]\\s*)?(?:\\d+[.)]\\s*)?${opener}${adjectives}${answerNoun}\\.?\\s*(?:\\([^)\\n]*\\))?\\s*(?:is\\s*)?(?:[:=→]|-+>|[-–—](?=\\s))`,
    'gi',
  ),
  /(?:^|\n)[ \t]*ans(?:wer)?\b\s*[.:–-]+/gi,
  /\b(?:ANSWER|[Ff]inal [Aa]nswer|FINAL ANSWER|[Mm]y [Aa]nswer)\s*(?:is\s*)?[:=]/g,
  /(?:^|\n)[ \t]*(?:final |correct )?answer[ \t]*\n+/gi,
  /(?:^|\n)[ \t]*(?:correct|final|output|result|selection|conclusion)[ \t]*:/gi,
  /(?:最终|最后|正确|参考|标准|本题|最佳)?(?:的)?答案\s*(?:\([^)\n]*\))?\s*(?:[】\]>)]\s*:?|[:=]|(?=\n))/g,
  /(?:^|\n)[ \t]*答\s*:|(?:正确|最佳|所选)(?:的)?选项\s*:/g,
];

export const copula = '(?:is|are|was|would be|should be|must be|has to be|will be|=)';

const nouns: readonly Marker[] = [
  {
    rule: 'prose',
    strength: 'prose',
    noun: true,
    pattern: new RegExp(`\\b(?<!of )${answerNoun}\\b(?=[^.\\n?!]{0,90}?\\b${copula})`, 'gi'),
  },
  {
    rule: 'prose',
    strength: 'prose',
    strict: true,
    noun: true,
    pattern:
      /\b(?:diagnosis|cause|step|management|treatment|therapy|drug|agent|test|investigation|finding|explanation|intervention|medication|mechanism|one)\b(?=[^.\n?!]{0,60}?\b(?:is|would be|should be)\b)/gi,
  },
];

const verbs: readonly RegExp[] = [
  /\b(?:choose|chose|select|selected|selecting|choosing|pick|picked|picking|go with|going with|went with|opt for|opting for|vote for|settle on|stick with|lean(?:ing)? towards?)\b\s*[:,]?/gi,
  /\b(?:i(?:'d| would| will|'ll)? (?:say|answer)|(?:i|we)(?: would|'d)? (?:recommend|suggest)|chang(?:e|ed|ing) my (?:mind|answer)(?: to)?|revise my answer to)\b\s*[:,]?/gi,
  /(?:改为|改选|更正为|纠正为|选择|选取|选)(?!项)/g,
];

const chineseCopulas: readonly RegExp[] = [
  /(?:答案|我的选择|我的回答)(?:应该|应当|应|就|显然|自然|最终|只能|可能)*(?:是|为|选择?|(?=不是|并非))/g,
  /(?:正确|最佳|最?合适|最?恰当|最?适宜|最可能|符合(?:题意)?|首选)(?:的)?(?:一项|选项|做法|处理|诊断|治疗|药物|检查)?(?:应该|应当|应)?(?:是|为|(?<=正确的)有)(?:选项)?/g,
];

const conclusions: readonly RegExp[] = [
  /(?:^|[.;,!?\n]\s*)(?:therefore|thus|hence|so|consequently|accordingly|in conclusion|by elimination|by exclusion|overall)\b[\s,:]*/gi,
  /\bit(?:'s| is| must be| should be| has to be)\s+/gi,
  /,\s*(?:which )?leav(?:es|ing)\s+/gi,
  /(?:因此|所以|综上所述|综上|故|只剩下?|剩下|首先考虑|考虑)\s*,?\s*(?:选项)?/g,
];

export const markers: readonly Marker[] = [
  { rule: 'boxed', strength: 'formal', pattern: /\\boxed\s*\{/g },
  {
    rule: 'json-field',
    strength: 'formal',
    pattern: /["'](?:final_?|correct_?)?(?:answer|choice|option)["']\s*:\s*/gi,
  },
  ...formal.map((pattern): Marker => ({ rule: 'marker', strength: 'formal', pattern })),
  ...nouns,
  ...verbs.map((pattern): Marker => ({ rule: 'choose', strength: 'prose', pattern })),
  ...chineseCopulas.map((pattern): Marker => ({ rule: 'prose', strength: 'prose', pattern })),
  ...conclusions.map((pattern): Marker => ({ rule: 'conclusion', strength: 'prose', strict: true, pattern })),
];
