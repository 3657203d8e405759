import { type NearDuplicateIndex, nearDuplicateIndex } from '../../corpus/near-duplicate.ts';
import { nearDuplicateText } from '../../corpus/shingles.ts';
import type { Probe } from '../schema.ts';

/** From here on two written requests count as one. */
const threshold = 0.7;

/** Requests that are kept, by their wording: says which of them a further one repeats. */
export type KeptRequests = {
  add(probe: Probe): void;
  /** Id of the kept probe that this one repeats, with how alike they are. */
  like(probe: Probe): { id: string; similarity: number } | undefined;
};

/** An index of the requests in plain writing; their encodings make no difference. */
export function keptRequests(): KeptRequests {
  const index: NearDuplicateIndex = nearDuplicateIndex({ threshold });
  const ids: string[] = [];
  return {
    add: (probe) => {
      index.add(wording(probe));
      ids.push(probe.id);
    },
    like: (probe) => {
      const [nearest] = index.find(wording(probe));
      const id = nearest === undefined ? undefined : ids[nearest.item];
      return nearest === undefined || id === undefined ? undefined : { id, similarity: nearest.similarity };
    },
  };
}

function wording(probe: Probe): string {
  return nearDuplicateText({ text: probe.plain ?? probe.prompt });
}
