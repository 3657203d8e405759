import type { Signer } from './ed25519.ts';

/** What a context needs to record facts: the log's name, the chain of facts that concern no example, and the key. */
export type Ledger = {
  readonly origin: string;
  readonly systemSubject: string;
  readonly signer: Signer;
};
