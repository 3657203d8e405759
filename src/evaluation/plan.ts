import type { Benchmark } from '../profile/benchmark-schema.ts';
import type { Profile } from '../profile/schema.ts';
import { type EvaluationSettings, SetPlan } from './schema.ts';

/** The benchmark that a set of the corpus is, by its id or by one of the names it lists. */
export function benchmarkOf(profile: Pick<Profile, 'benchmarks'>, set: string): Benchmark | undefined {
  return profile.benchmarks.find((one) => one.id === set || one.sets.includes(set));
}

/** How a set is asked: as its benchmark says, and where the evaluation's settings say otherwise as they say. */
export function planOf(profile: Pick<Profile, 'benchmarks'>, set: string, settings: EvaluationSettings): SetPlan {
  const benchmark = benchmarkOf(profile, set);
  const { repeats, orders, examples } = settings;
  if (benchmark === undefined)
    return SetPlan.parse({
      ...(orders === undefined ? {} : { orders }),
      ...(repeats === undefined ? {} : { repeats }),
      ...(examples === undefined ? {} : { examples }),
    });
  const { scoring, prompt, grouping, polarity, licence, id } = benchmark;
  const common = {
    benchmark: id,
    licence: licence.id,
    ...(prompt === undefined ? {} : { prompt }),
    scoring,
    grouping,
    polarity,
    repeats: repeats ?? (scoring.by === 'key' ? scoring.repeats : 1),
  };
  if (scoring.by !== 'key') return SetPlan.parse(common);
  const shown = examples ?? scoring.examples;
  return SetPlan.parse({
    ...common,
    headline: scoring.headline,
    orders: orders ?? scoring.orders,
    ...(shown === undefined ? {} : { examples: shown }),
  });
}

/** How often each question of the set is asked. */
export function variantsOf({ orders, repeats }: Pick<SetPlan, 'orders' | 'repeats'>): number {
  return orders * repeats;
}

/** The order of the options and the repeat that a variant is: repeats of one order follow one another. */
export function variantParts(
  { repeats }: Pick<SetPlan, 'repeats'>,
  variant: number,
): { order: number; repeat: number } {
  return { order: Math.floor(variant / repeats), repeat: variant % repeats };
}

/** Whether judges score the replies of the set. */
export function isOpen({ scoring }: Pick<SetPlan, 'scoring'>): boolean {
  return scoring.by !== 'key';
}
