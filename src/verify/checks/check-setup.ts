import { directoryTiles } from '../../ledger/tiles/source.ts';
import { keyRingOf, type PlainKey } from '../chains/keys.ts';
import { leafHashes } from '../chains/leaf-hashes.ts';
import type { Seal } from '../files/seal.ts';
import type { ChainEvent } from '../replay/history.ts';
import { readPeople } from '../replay/people.ts';
import { readRules } from '../replay/rules.ts';
import type { Against } from './record-check.ts';

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
