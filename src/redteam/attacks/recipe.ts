import { AppError } from '../../core/error.ts';
import type { BaseRequest } from '../../profile/attack-schema.ts';
import type { Profile } from '../../profile/schema.ts';
import { ProbeLanguage } from '../schema.ts';
import type { Recipe } from './recipe-schema.ts';
import { transformationOf } from './registry.ts';

export type RecipeFilter = {
  dimensions?: readonly string[] | undefined;
  strategies?: readonly string[] | undefined;
  levels?: readonly number[] | undefined;
  languages?: readonly ('en' | 'zh')[] | undefined;
  script?: string | undefined;
  encodings?: readonly string[] | undefined;
  copies?: number | undefined;
};

/** Every recipe that the filter lets through, in an order that never changes. `invalid_input` for codes that nobody knows. */
export function recipes(profile: Pick<Profile, 'attacks' | 'dimensions'>, filter: RecipeFilter): Recipe[] {
  const { frames, requests, scripts } = profile.attacks;
  known(
    'dimension',
    filter.dimensions,
    profile.dimensions.map(({ code }) => code),
  );
  known(
    'strategy',
    filter.strategies,
    frames.map(({ strategy }) => strategy),
  );
  known(
    'script',
    filter.script === undefined ? [] : [filter.script],
    scripts.map(({ code }) => code),
  );
  for (const code of filter.encodings ?? []) transformationOf(code);
  const wanted = <T>(list: readonly T[] | undefined, one: T): boolean => list === undefined || list.includes(one);
  return requests
    .filter(({ dimension }) => wanted(filter.dimensions, dimension))
    .flatMap((base) =>
      frames
        .filter(({ strategy }) => wanted(filter.strategies, strategy))
        .flatMap(({ strategy, levels }) =>
          levels
            .filter((level) => wanted(filter.levels, level))
            .flatMap((level) =>
              languages(filter).flatMap((language) => copies(base, { strategy, level, language }, filter)),
            ),
        ),
    );
}

function languages(filter: RecipeFilter): ('en' | 'zh')[] {
  return ProbeLanguage.options.filter((one) => filter.languages === undefined || filter.languages.includes(one));
}

function copies(
  base: BaseRequest,
  cell: Pick<Recipe, 'strategy' | 'level' | 'language'>,
  { script, encodings, copies }: RecipeFilter,
): Recipe[] {
  return Array.from({ length: copies ?? 1 }, (_, i) => ({
    base: base.id,
    ...cell,
    ...(script === undefined ? {} : { script }),
    ...(encodings === undefined || encodings.length === 0 ? {} : { encodings: [...encodings] }),
    copy: i + 1,
  }));
}

function known(what: string, wanted: readonly string[] | undefined, all: readonly string[]): void {
  const strange = wanted?.find((code) => !all.includes(code));
  if (strange !== undefined)
    throw new AppError('invalid_input', `The profile has no ${what} "${strange}"; choose from ${all.join(', ')}.`);
}

/** A recipe as one word: unique among the recipes of a profile, and the same on every machine. */
export function recipeId({ base, strategy, level, language, script, encodings, copy }: Recipe): string {
  const techniques = [...(script === undefined ? [] : [script]), ...(encodings ?? [])];
  return [base, strategy, level, language, ...techniques, ...(copy === 1 ? [] : [copy])].join('-');
}
