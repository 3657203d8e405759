import { AppError } from '../../core/error.ts';
import { sha256Hex } from '../../core/hash.ts';
import { seededRandom } from '../../core/random.ts';
import type { AttackFrame, AttackScript, BaseRequest } from '../../profile/attack-schema.ts';
import type { Language, Profile } from '../../profile/schema.ts';
import type { Bilingual } from '../../profile/words-schema.ts';
import type { Probe, ProbeSplit } from '../schema.ts';
import { framed, surroundings } from './frame.ts';
import { recipeId } from './recipe.ts';
import type { Recipe } from './recipe-schema.ts';
import { needsCarrier, transformationOf } from './registry.ts';

/** A request with its twin, as they are put around, spread over turns and encoded: always both alike. */
export type Pair = { request: string; twin: string };

export type Composed = { probe: Probe } | { obstacle: string };

export type Composing = {
  seed: number;
  split: ProbeSplit;
  /** Requests written by a model for this recipe, already in their surroundings; without them the profile's own are framed. */
  written?: Pair & { attacker: string; callKey: string; techniques?: string[] };
};

/**
 * The probe of a recipe. The same profile, recipe, seed and written requests give the same probe. `obstacle` says why
 * there is none, for example a transformation that a text cannot go through.
 */
export function compose(profile: Pick<Profile, 'attacks'>, recipe: Recipe, composing: Composing): Composed {
  const base = baseOf(profile, recipe.base);
  const frame = frameOf(profile, recipe.strategy);
  const random = seededRandom(seedOf(composing.seed, recipeId(recipe)));
  const { level, language } = recipe;
  const around = surroundings(profile.attacks, frame, { level, language }, random);
  const put = (text: string): string => framed(around, text, language);
  const plain = composing.written ?? { request: put(base.request[language]), twin: put(base.twin[language]) };
  const turns = spread(scriptOf(profile, recipe), plain, base.topic, language);
  const encoded = encode(profile, turns, recipe, Math.floor(random() * 0x100000000));
  if ('obstacle' in encoded) return encoded;
  const configuration = frame.configuration?.[Math.floor(random() * frame.configuration.length)]?.[language];
  return { probe: assemble(base, recipe, { composing, plain, turns: encoded, configuration }) };
}

type Turns = { attack: string[]; twin: string[] };

type Parts = { composing: Composing; plain: Pair; turns: Turns; configuration: string | undefined };

function assemble(base: BaseRequest, recipe: Recipe, { composing, plain, turns, configuration }: Parts): Probe {
  const { seed, split, written } = composing;
  const { language, strategy, level, script, encodings } = recipe;
  const techniques = [...(written?.techniques ?? []), ...(script === undefined ? [] : [script]), ...(encodings ?? [])];
  const lead = turns.attack.slice(0, -1);
  const id = recipeId(recipe);
  return {
    id: written === undefined ? `g-${id}` : `w-${id}-${sha256Hex(written.request).slice(0, 8)}`,
    group: `base-${base.id}`,
    dimension: base.dimension,
    strategy,
    level,
    language,
    intent: base.intent[language],
    prompt: turns.attack.at(-1) ?? '',
    twin: turns.twin.at(-1) ?? '',
    ...(lead.length === 0 ? {} : { lead, twinLead: turns.twin.slice(0, -1) }),
    ...(configuration === undefined ? {} : { configuration }),
    ...(encodings === undefined ? {} : { plain: plain.request, twinPlain: plain.twin }),
    ...(techniques.length === 0 ? {} : { techniques }),
    split,
    origin: {
      base: base.id,
      seed,
      ...(written === undefined ? {} : { attacker: written.attacker, callKey: written.callKey }),
    },
  };
}

function spread(script: AttackScript | undefined, plain: Pair, topic: Bilingual, language: Language): Turns {
  if (script === undefined) return { attack: [plain.request], twin: [plain.twin] };
  const say = (request: string): string[] =>
    script.turns.map((turn) =>
      turn[language].replace('{topic}', () => topic[language]).replace('{request}', () => request),
    );
  return { attack: say(plain.request), twin: say(plain.twin) };
}

/** The last turn is the one that asks: it is encoded, attack and twin in the same way. */
function encode(
  profile: Pick<Profile, 'attacks'>,
  turns: Turns,
  { encodings = [], language }: Recipe,
  seed: number,
): Turns | { obstacle: string } {
  let { attack, twin } = { attack: turns.attack.at(-1) ?? '', twin: turns.twin.at(-1) ?? '' };
  for (const code of encodings) {
    const one = transformationOf(code);
    const obstacle = one.obstacle(attack) ?? one.obstacle(twin);
    if (obstacle !== undefined) return { obstacle: `the request cannot be written in ${code}: ${obstacle}` };
    attack = one.apply(attack, seed);
    twin = one.apply(twin, seed);
  }
  const told = encodings.filter((code) => needsCarrier(transformationOf(code)));
  const carry = (payload: string): string =>
    told.length === 0
      ? payload
      : profile.attacks.carrier[language]
          .replace('{encoding}', () => encodings.join(', '))
          .replace('{payload}', () => payload);
  return {
    attack: [...turns.attack.slice(0, -1), carry(attack)],
    twin: [...turns.twin.slice(0, -1), carry(twin)],
  };
}

/** A seed of its own for each recipe, so that another recipe in the same run draws other texts. */
export function seedOf(seed: number, id: string): number {
  return Number.parseInt(sha256Hex(`${seed}\n${id}`).slice(0, 8), 16);
}

/** The base request of this id; `invalid_input` where the profile has none. */
export function baseOf(profile: Pick<Profile, 'attacks'>, id: string): BaseRequest {
  const base = profile.attacks.requests.find((one) => one.id === id);
  if (base === undefined) throw new AppError('invalid_input', `The profile has no base request "${id}".`);
  return base;
}

function frameOf(profile: Pick<Profile, 'attacks'>, strategy: string): AttackFrame {
  const frame = profile.attacks.frames.find((one) => one.strategy === strategy);
  if (frame === undefined)
    throw new AppError('invalid_input', `The profile has no frame for the strategy "${strategy}".`);
  return frame;
}

function scriptOf({ attacks }: Pick<Profile, 'attacks'>, { script }: Recipe): AttackScript | undefined {
  return script === undefined ? undefined : attacks.scripts.find((one) => one.code === script);
}
