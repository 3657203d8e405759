import type { EnvelopeSigner, LogKeys } from './keys/log-keys.ts';
import type { Vault } from './vault/vault.ts';
import type { Cosigner } from './witnesses/cosigner.ts';

/** What a context needs to record facts: the log's name, the chain of facts that concern no example, and the keys. */
export type Ledger = {
  readonly origin: string;
  readonly systemSubject: string;
  readonly signer: EnvelopeSigner;
  readonly keys: LogKeys;
  /** Absent where no witnesses are configured. */
  readonly cosigner?: Cosigner;
  /** Seals the contents of events. */
  readonly contents: Vault;
};
