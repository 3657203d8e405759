import { z } from 'zod';

/** Digests by algorithm, as in-toto's DigestSet: at least one. */
export const DigestSet = z
  .record(z.string().min(1), z.string().min(1))
  .refine((digests) => Object.keys(digests).length > 0, 'a digest set names at least one algorithm');

/** in-toto ResourceDescriptor v1: what is meant is told by a URI, a digest or the content itself. Unknown fields stay. */
export const ResourceDescriptor = z
  .looseObject({
    name: z.string().exactOptional(),
    uri: z.string().min(1).exactOptional(),
    digest: DigestSet.exactOptional(),
    /** Base64. */
    content: z.string().exactOptional(),
    downloadLocation: z.string().exactOptional(),
    mediaType: z.string().exactOptional(),
    annotations: z.record(z.string(), z.json()).exactOptional(),
  })
  .refine(
    (resource) => resource.uri !== undefined || resource.digest !== undefined || resource.content !== undefined,
    'a resource has a uri, a digest or a content',
  );
export type ResourceDescriptor = z.infer<typeof ResourceDescriptor>;

/** in-toto TypeURI: absolute, with a scheme. */
export const TypeUri = z.string().regex(/^[a-z][a-z0-9+.-]*:\S+$/, 'a URI with its scheme');

/** RFC 3339 in UTC. */
export const Timestamp = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, 'a time in RFC 3339, UTC');
