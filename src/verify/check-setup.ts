import { directoryTiles } from '../ledger/tiles/source.ts';
import type { ChainEvent } from './history.ts';
import { keyRingOf, type PlainKey } from './keys.ts';
import { leafHashes } from './leaf-hashes.ts';
import { readPeople } from './people.ts';
import type { Against } from './record-check.ts';
import { readRules } from './rules.ts';
import type { Seal } from './seal.ts';

/** What records are checked against, as plain data that can be handed to another thread. */
export type CheckSetup = {
  /** The directory with the tiles. */
  readonly provenance: string;
  readonly size: number;
  readonly keys: readonly PlainKey[];
  readonly enrolments: readonly ChainEvent[];
  readonly published: ChainEvent;
  readonly seal: Seal;
};

export function againstOf({ provenance, size, keys, enrolments, published, seal }: CheckSetup): Against {
  return {
    log: leafHashes(directoryTiles(provenance), size),
    keys: keyRingOf(keys),
    rules: readRules(published.data),
    people: readPeople(enrolments),
    seal,
  };
}
