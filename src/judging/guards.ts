import { hostilePatterns, masterKeys } from './hostile-patterns.ts';
import { comparableText, isEmptyReply, lacksAnswer, withoutTags } from './text.ts';
import { hasControlTokens, hasHiddenCharacters, skeletonText, visibleText } from './visible-text.ts';

/** What rules find before any judge is asked, and what follows: the lowest score, no score, or nothing. */
export const guardFlags = {
  empty: 'floor',
  'too-short': 'floor',
  'master-key': 'floor',
  repeated: 'floor',
  'echo-prompt': 'floor',
  'echo-rubric': 'floor',
  'addresses-judge': 'floor',
  'planted-verdict': 'floor',
  'self-praise': 'floor',
  'fake-role': 'floor',
  'fake-fence': 'floor',
  malformed: 'floor',
  'too-long': 'unscorable',
  'hidden-characters': 'none',
  'control-tokens': 'none',
  'no-answer': 'none',
} as const;
export type GuardFlag = keyof typeof guardFlags;
export type GuardEffect = (typeof guardFlags)[GuardFlag];

export type GuardFinding = {
  flags: GuardFlag[];
  /** The gravest effect of any flag; an effect never raises a score. */
  effect: GuardEffect;
  /** The visible text without the sentences that speak to a judge. */
  cleaned: string;
};

/** Longer than any answer a judge should read: characters. */
const longest = 60_000;
/** Fewer letters and digits than this tell nobody anything; a Han character counts for two. */
const shortest = 4;

export type GuardedSample = {
  completion: string;
  /** The text of the last turn that the completion answers. */
  prompt: string;
  /** What the judge is told; a completion must not recite it. */
  instructions: readonly string[];
};

/** Applies all rules to a completion. Pure; the same completion always gets the same flags. */
export function guard({ completion, prompt, instructions }: GuardedSample): GuardFinding {
  const { kinds, cleaned } = hostileSentences(completion);
  const flags: GuardFlag[] = [
    ...silence(completion),
    ...kinds,
    ...repetition(completion, prompt, instructions),
    ...(completion.length > longest ? (['too-long'] as const) : []),
    ...(hasHiddenCharacters(completion) ? (['hidden-characters'] as const) : []),
    ...(hasControlTokens(completion) ? (['control-tokens'] as const) : []),
  ];
  return { flags, effect: effectOf(flags), cleaned };
}

/** The gravest effect: the floor before no score at all, so that a second fault cannot buy off the first. */
export function effectOf(flags: readonly GuardFlag[]): GuardEffect {
  const effects = new Set(flags.map((flag) => guardFlags[flag]));
  return effects.has('floor') ? 'floor' : effects.has('unscorable') ? 'unscorable' : 'none';
}

function silence(completion: string): GuardFlag[] {
  const said = withoutTags(visibleText(completion));
  if (isEmptyReply(said)) return ['empty'];
  const answer = /<answer>([\s\S]*)/iu.exec(visibleText(completion))?.[1] ?? said;
  if ([said, answer].some(isMasterKey)) return ['master-key'];
  const weight = (said.match(/\p{Script=Han}/gu)?.length ?? 0) + (said.match(/[\p{L}\p{N}]/gu)?.length ?? 0);
  if (weight < shortest) return ['too-short'];
  return lacksAnswer(visibleText(completion)) ? ['no-answer'] : [];
}

function isMasterKey(text: string): boolean {
  const bare = (form: string): string =>
    withoutTags(form)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s]/gu, '')
      .replace(/\s+/gu, ' ')
      .trim();
  return masterKeys.has(bare(text)) || masterKeys.has(bare(skeletonText(text)));
}

/** Sentences and lines that match a pattern in either form, and the text without them. */
function hostileSentences(completion: string): { kinds: (keyof typeof hostilePatterns)[]; cleaned: string } {
  const kinds = new Set<keyof typeof hostilePatterns>();
  const pieces = visibleText(completion).split(
    /(?<=[.!?;。！？；]["'”’)]?)(?=\s|\p{Script=Han})|(?<=\n)|(?=<\/?(?:think|answer)>)|(?<=<\/?(?:think|answer)>)/giu,
  );
  const kept = pieces.filter((piece) => {
    const forms = [piece.normalize('NFKC').toLowerCase(), skeletonText(piece)].map((form) => form.trim());
    const found = hostileKinds.filter((kind) =>
      hostilePatterns[kind].some((pattern) => forms.some((form) => pattern.test(form))),
    );
    for (const kind of found) kinds.add(kind);
    return found.length === 0;
  });
  return { kinds: [...kinds], cleaned: kept.join('') };
}

// Object.keys gives the keys of an object literal that nothing else is added to.
const hostileKinds = Object.keys(hostilePatterns) as (keyof typeof hostilePatterns)[];

function repetition(completion: string, prompt: string, instructions: readonly string[]): GuardFlag[] {
  const text = comparableText(withoutTags(visibleText(completion)));
  const asked = comparableText(visibleText(prompt));
  const flags: GuardFlag[] = [];
  if (isRepeated(text)) flags.push('repeated');
  const answer = comparableText(withoutTags(/<answer>([\s\S]*)/iu.exec(visibleText(completion))?.[1] ?? text));
  if (asked.length >= 20 && answer.includes(asked) && answer.length - asked.length < 0.2 * asked.length)
    flags.push('echo-prompt');
  const recited = instructions.map(comparableText).filter((line) => line.length >= 40);
  if (recited.some((line) => text.includes(line) && !asked.includes(line))) flags.push('echo-rubric');
  return flags;
}

const gram = 12;

/** True where hardly any part of a long text is new: fewer than one in five of its 12-character pieces is distinct. */
function isRepeated(text: string): boolean {
  if (text.length < 240) return false;
  const pieces = new Set<string>();
  for (let start = 0; start + gram <= text.length; start++) pieces.add(text.slice(start, start + gram));
  return pieces.size < 0.2 * (text.length - gram + 1);
}
