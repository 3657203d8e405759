import { z } from 'zod';
import { ResourceDescriptor, Timestamp, TypeUri } from './resource-descriptor.ts';

/** SLSA Provenance v1 (slsa.dev/spec/v1.0/provenance): how an artefact was made, of what, by whom. */
export const slsaProvenanceType = 'https://slsa.dev/provenance/v1';

/** Its predicate. A reader ignores fields it does not know. */
export const SlsaProvenance = z.looseObject({
  buildDefinition: z.looseObject({
    buildType: TypeUri,
    /** What whoever asked for the build could choose. */
    externalParameters: z.record(z.string(), z.json()),
    internalParameters: z.record(z.string(), z.json()).exactOptional(),
    resolvedDependencies: z.array(ResourceDescriptor).exactOptional(),
  }),
  runDetails: z.looseObject({
    builder: z.looseObject({
      id: TypeUri,
      version: z.record(z.string(), z.string()).exactOptional(),
      builderDependencies: z.array(ResourceDescriptor).exactOptional(),
    }),
    metadata: z
      .looseObject({
        invocationId: z.string().exactOptional(),
        startedOn: Timestamp.exactOptional(),
        finishedOn: Timestamp.exactOptional(),
      })
      .exactOptional(),
    byproducts: z.array(ResourceDescriptor).exactOptional(),
  }),
});
export type SlsaProvenance = z.infer<typeof SlsaProvenance>;
