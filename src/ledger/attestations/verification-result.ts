import { z } from 'zod';
import { ResourceDescriptor, Timestamp, TypeUri } from './resource-descriptor.ts';

/** in-toto Simple Verification Result v0.2: which properties a verifier found the subject to have. */
export const verificationResultType = 'https://in-toto.io/attestation/svr/v0.2';

/** Its predicate. `policies` must be there and may be empty; a reader ignores fields it does not know. */
export const VerificationResult = z.looseObject({
  verifier: z.looseObject({ id: TypeUri, policies: z.array(ResourceDescriptor) }),
  timeCreated: Timestamp,
  /** Properties that hold; what does not hold is not named. */
  properties: z.array(z.string().min(1)),
});
export type VerificationResult = z.infer<typeof VerificationResult>;
