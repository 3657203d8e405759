import { useCallback } from 'react';

/** What is signed: the digest of the content (SHA-256, hex) and what the signature means. */
export type SignatureRequest = { digest: string; meaning: 'approval' };

/**
 * Gets the proof that it is still the signer who signs. Undefined where this build has no way to ask for one; the
 * server then says whether the decision can be recorded without.
 */
export function useProof(): (request: SignatureRequest) => Promise<unknown> {
  return useCallback(async () => undefined, []);
}
