import type { Signer } from './ed25519.ts';
import type { Vault } from './vault.ts';

/** What a context needs to record facts: the log's name, the chain of facts that concern no example, and the keys. */
export type Ledger = {
  readonly origin: string;
  readonly systemSubject: string;
  readonly signer: Signer;
  /** Seals the contents of events. */
  readonly contents: Vault;
};
