import { AppError } from '../../core/error.ts';
import type { CallOptions, ModelClient } from '../../llm/models.ts';
import type { ChatRequest } from '../../llm/schema.ts';
import type { Language, Profile } from '../../profile/schema.ts';
import { baseOf, type Pair, seedOf } from './compose.ts';
import { recipeId } from './recipe.ts';
import type { Recipe } from './recipe-schema.ts';
import { writtenPair } from './written.ts';

/** What came back for a recipe: the raw replies, the last call, and the pair in it or why there is none. */
export type Writing = { reply: string; callKey: string } & ({ pair: Pair } | { refused: string });

/** Room for two short texts and their braces. */
const maxTokens = 1_024;
const temperature = 0.9;

const languageNames: { [language in Language]: string } = { en: 'English', zh: 'Chinese' };

/** Fills the `{names}` of a template; a value that holds such a name is not filled again. */
export function filled(template: string, values: { readonly [name: string]: string }): string {
  return template.replace(/\{([a-z]+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** The request that asks an attacker for a new pair; equal recipes and seeds give equal requests. */
export function writingRequest(
  profile: Pick<Profile, 'attacks' | 'strategies' | 'dimensions'>,
  recipe: Recipe,
  { model, seed }: { model: string; seed: number },
): ChatRequest {
  const { language } = recipe;
  const base = baseOf(profile, recipe.base);
  const strategy = profile.strategies.find(({ code }) => code === recipe.strategy);
  const dimension = profile.dimensions.find(({ code }) => code === base.dimension);
  const instruction = filled(strategy?.instruction[language] ?? '', {
    dimension: dimension?.name[language] ?? base.dimension,
  });
  const user = filled(profile.attacks.attacker.request[language], {
    instruction,
    intent: base.intent[language],
    request: base.request[language],
    level: String(recipe.level),
  });
  return {
    model,
    messages: [
      { role: 'system', content: profile.attacks.attacker.system[language] },
      { role: 'user', content: user },
    ],
    temperature,
    maxTokens,
    seed: seedOf(seed, recipeId(recipe)),
  };
}

/** Has a model write the pair of a recipe. */
export async function writePair(
  profile: Profile,
  client: ModelClient,
  recipe: Recipe,
  options: CallOptions & { seed: number },
): Promise<Writing> {
  const { seed, ...call } = options;
  const { key, reply } = await client.call(writingRequest(profile, recipe, { model: client.model, seed }), call);
  return { reply: reply.content, callKey: key, ...writtenPair(reply.content) };
}

/**
 * Has a model translate a pair into a language, through a third one where `through` names it: two calls then. The raw
 * replies stand one after the other.
 */
export async function translatePair(
  profile: Profile,
  client: ModelClient,
  { pair, into, through }: { pair: Pair; into: Language; through: string | undefined },
  options: CallOptions,
): Promise<Writing> {
  const replies: string[] = [];
  let result: Writing | undefined;
  let current = pair;
  for (const language of [...(through === undefined ? [] : [through]), languageNames[into]]) {
    const content = filled(profile.attacks.attacker.translate.en, { language, ...current });
    const request: ChatRequest = {
      model: client.model,
      messages: [
        { role: 'system', content: profile.attacks.attacker.system.en },
        { role: 'user', content },
      ],
      temperature: 0,
      maxTokens: 2 * maxTokens,
    };
    const { key, reply } = await client.call(request, options);
    replies.push(reply.content);
    result = { reply: replies.join('\n\n'), callKey: key, ...writtenPair(reply.content) };
    if ('refused' in result) return result;
    current = result.pair;
  }
  if (result === undefined) throw new AppError('internal', 'A translation has no language to end in.');
  return result;
}
