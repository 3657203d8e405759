import type { ModelIdentity } from '../../registry/schema.ts';

/** Names and digests of a target and of everything it was made from; of an endpoint only its reference is known. */
export function lineageOf(identity: ModelIdentity): string[] {
  if (identity.kind === 'endpoint') return [identity.ref];
  return [identity.name, identity.digest, ...identity.lineage.flatMap((ancestor) => [ancestor.name, ancestor.digest])];
}

/** A model that both come from, or undefined where none is known. Letter case makes no difference. */
export function sharedLineage(judge: readonly string[], target: ModelIdentity): string | undefined {
  return sharedName(judge, lineageOf(target));
}

/** Who judges, who rewards and whom they judge. */
export type Line = {
  judge: readonly string[];
  reward: readonly string[];
  target: { name: string; identity: ModelIdentity };
};

/**
 * What a reader of any figure of this target must know of common descent: judge, reward and target may share no model
 * without its being said.
 */
export function lineageNotes({ judge, reward, target }: Line): string[] {
  const notes: string[] = [];
  const own = sharedLineage(judge, target.identity);
  if (own !== undefined)
    notes.push(
      `The judge and the target ${target.name} come from the same model (${own}); a judge is lenient to its own kind.`,
    );
  const rewarded = sharedLineage(reward, target.identity);
  if (rewarded !== undefined)
    notes.push(
      `The reward in training and the target ${target.name} come from the same model (${rewarded}); the reward may have favoured its own kind.`,
    );
  const both = sharedName(judge, reward);
  if (both !== undefined)
    notes.push(
      `The judge and the reward in training come from the same model (${both}); the figures may repeat its mistakes.`,
    );
  if (target.identity.kind === 'endpoint')
    notes.push(
      `Nobody registered what stands behind ${target.identity.ref}: whether the judge shares its line is unknown.`,
    );
  return notes;
}

/** A name or digest that stands in both lines; letter case makes no difference. */
export function sharedName(a: readonly string[], b: readonly string[]): string | undefined {
  const known = new Set(a.map((one) => one.toLowerCase()));
  return b.find((one) => known.has(one.toLowerCase()));
}
