import type { AttackFrame, AttackFrames } from '../../profile/attack-schema.ts';
import type { Language } from '../../profile/schema.ts';
import type { Bilingual } from '../../profile/words-schema.ts';

/** What stands around a request; the same around its twin. */
export type Surroundings = { before: string[]; after: string[] };

/**
 * The surroundings of a request by strategy and level, from 1 (the opening alone) to 5, where the request stands between
 * routine work, with a reason and a closing. Equal random numbers give equal surroundings.
 */
export function surroundings(
  material: Pick<AttackFrames, 'routine' | 'closings'>,
  frame: AttackFrame,
  { level, language }: { level: number; language: Language },
  random: () => number,
): Surroundings {
  const pick = (texts: readonly Bilingual[]): string[] => {
    const one = texts[Math.floor(random() * texts.length)];
    return one === undefined ? [] : [one[language]];
  };
  const opening = pick(frame.openings);
  const reason = pick(frame.reasons);
  const first = pick(material.routine);
  const second = pick(material.routine.filter((one) => one[language] !== first[0]));
  const closing = pick(material.closings);
  return {
    before: [...opening, ...(level >= 3 ? first : [])],
    after: [...(level >= 2 ? reason : []), ...(level >= 4 ? second : []), ...(level >= 5 ? closing : [])],
  };
}

/** The request inside its surroundings. */
export function framed({ before, after }: Surroundings, request: string, language: Language): string {
  return [...before, request, ...after].join(language === 'zh' ? '' : ' ');
}
