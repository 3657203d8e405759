import type { ModelIdentity } from '../registry/schema.ts';

/** Names and digests of a target and of everything it was made from; of an endpoint only its reference is known. */
export function lineageOf(identity: ModelIdentity): string[] {
  if (identity.kind === 'endpoint') return [identity.ref];
  return [identity.name, identity.digest, ...identity.lineage.flatMap((ancestor) => [ancestor.name, ancestor.digest])];
}

/** A model that both come from, or undefined where none is known. Letter case makes no difference. */
export function sharedLineage(judge: readonly string[], target: ModelIdentity): string | undefined {
  const known = new Set(judge.map((one) => one.toLowerCase()));
  return lineageOf(target).find((one) => known.has(one.toLowerCase()));
}
