import { z } from 'zod';
import { SignatureProof } from '../accounts/schema.ts';
import { LlamaConfig, OpenAiConfig } from '../llm/schema.ts';

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in 64 lower-case hex digits');

/** candidate: registered, may be measured · approved: may be served · retired: kept for its history only. */
export const ModelState = z.enum(['candidate', 'approved', 'retired']);
export type ModelState = z.infer<typeof ModelState>;

/** base: complete weights · adapter: low-rank weights that need the base they were trained on. */
export const ModelKind = z.enum(['base', 'adapter']);
export type ModelKind = z.infer<typeof ModelKind>;

export const ModelName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits, dots, hyphens and underscores, at most 63');

/** A file of weights; a relative path starts at the workspace. */
export const ModelFile = z.strictObject({ path: z.string().min(1), sha256: Sha256 });
export type ModelFile = z.infer<typeof ModelFile>;

/**
 * How a registered model is asked: by llama.cpp here, by an OpenAI-compatible server that holds its weights, or through an
 * endpoint of safemed.yaml. Only the last can have a key: a request must not choose which secret goes where.
 */
export const ModelEndpoint = z.discriminatedUnion('type', [
  LlamaConfig,
  OpenAiConfig.omit({ apiKeyEnv: true }),
  z.strictObject({ type: z.literal('configured'), name: z.string().regex(/^[a-z][a-z0-9-]*$/) }),
]);
export type ModelEndpoint = z.infer<typeof ModelEndpoint>;

export const RegisterInput = z
  .strictObject({
    name: ModelName,
    kind: ModelKind,
    files: z.array(ModelFile).min(1).max(1000),
    /** Name or digest of the registered model that this one was trained from. */
    base: z.string().min(1).exactOptional(),
    /** The release it was trained on. */
    release: z.string().min(1).max(200).exactOptional(),
    /** The training run that wrote the files. */
    run: z.string().min(1).max(200).exactOptional(),
    /** Ids of the questions behind the rows it was trained on. Weights from elsewhere have none: nobody here knows them. */
    trainedOn: z.array(z.string().min(1)).min(1).exactOptional(),
    endpoint: ModelEndpoint,
  })
  .superRefine((input, check) => {
    if (input.kind === 'adapter' && input.base === undefined)
      check.addIssue({ code: 'custom', path: ['base'], message: 'an adapter needs the base model it was trained on' });
    if ((input.trainedOn === undefined) !== (input.release === undefined))
      check.addIssue({ code: 'custom', path: ['trainedOn'], message: 'release and trainedOn belong together' });
    if (input.run !== undefined && input.release === undefined)
      check.addIssue({ code: 'custom', path: ['release'], message: 'a training run has a release' });
  });
export type RegisterInput = z.infer<typeof RegisterInput>;

export const Model = z.object({
  /** SHA-256 of the weights file, or of the list of SHA-256s where there are several. */
  digest: Sha256,
  name: ModelName,
  kind: ModelKind,
  state: ModelState,
  files: z.array(ModelFile),
  /** False where the files are not on this machine and their digests are what the registrant declared. */
  filesVerified: z.boolean(),
  base: Sha256.exactOptional(),
  release: z.string().exactOptional(),
  run: z.string().exactOptional(),
  endpoint: ModelEndpoint,
  registeredBy: z.string(),
  registeredAt: z.string(),
  approvedBy: z.string().exactOptional(),
  approvedAt: z.string().exactOptional(),
  approvalNote: z.string().exactOptional(),
  retiredBy: z.string().exactOptional(),
  retiredAt: z.string().exactOptional(),
  retirementReason: z.string().exactOptional(),
});
export type Model = z.infer<typeof Model>;

/** How many questions of a benchmark set a model, or a model it was trained from, has seen in training. */
export const Overlap = z.object({ set: z.string(), questions: z.int().min(1), ids: z.array(z.string()) });
export type Overlap = z.infer<typeof Overlap>;

/** A pair of questions in nearly the same words; `similarity` is the exact Jaccard similarity of their shingles. */
export const NearPair = z.object({ benchmark: z.string(), training: z.string(), similarity: z.number() });
export type NearPair = z.infer<typeof NearPair>;

/** How many questions of a set read nearly like one the model was trained on; at most ten of the pairs, most alike first. */
export const NearSet = z.object({ set: z.string(), questions: z.int().min(1), pairs: z.array(NearPair) });
export type NearSet = z.infer<typeof NearSet>;

/** Near-duplicates of evaluation sets among what a model and its line were trained on. Likeness of wording, no identity. */
export const NearOverlap = z.object({
  /** From this similarity on a pair counts. */
  threshold: z.number(),
  /** Training questions whose text is here and was compared, and those of which only the identity is left. */
  compared: z.int(),
  unread: z.int(),
  /** Benchmark questions that they were compared with. */
  benchmark: z.int(),
  sets: z.array(NearSet),
});
export type NearOverlap = z.infer<typeof NearOverlap>;

export const Ancestor = z.object({ digest: Sha256, name: ModelName, release: z.string().exactOptional() });
export type Ancestor = z.infer<typeof Ancestor>;

export const ModelSignatureFacts = z.object({ sha256: Sha256, signedAt: z.string() });
export type ModelSignatureFacts = z.infer<typeof ModelSignatureFacts>;

export const ModelDetail = z.object({
  model: Model,
  /** From its direct base to the first model of the line. */
  lineage: z.array(Ancestor),
  /** Distinct questions that it and its line were trained on here; what came with the first weights is not known. */
  trainingQuestions: z.int(),
  overlaps: z.array(Overlap),
  near: NearOverlap,
  /** Why it cannot be approved now; absent when it can. */
  obstacle: z.string().exactOptional(),
  /** The signed statement about its files; absent where they were never all on this machine. */
  signature: ModelSignatureFacts.exactOptional(),
  /** What is signed by whoever approves or retires it; absent once that is done. */
  signs: z.object({ approval: Sha256.exactOptional(), retirement: Sha256.exactOptional() }),
});
export type ModelDetail = z.infer<typeof ModelDetail>;

export const ApproveInput = z.strictObject({
  /** Why; needed where the model was trained on near-duplicates of an evaluation set. */
  note: z.string().trim().min(1).max(2000).exactOptional(),
  proof: SignatureProof.exactOptional(),
});
export type ApproveInput = z.infer<typeof ApproveInput>;

export const RetireInput = z.strictObject({
  reason: z.string().trim().min(1).max(2000),
  proof: SignatureProof.exactOptional(),
});
export type RetireInput = z.infer<typeof RetireInput>;

/** A model in a list, with the warnings of its page. */
export const ListedModel = Model.extend({
  /** Questions of evaluation sets that it or its line was trained on. */
  overlapping: z.int(),
  /** Near-duplicates of such; absent where they were not sought since the sets changed. Its own page seeks them. */
  near: z.int().exactOptional(),
  baseName: ModelName.exactOptional(),
});
export type ListedModel = z.infer<typeof ListedModel>;

export const ModelList = z.object({ models: z.array(ListedModel) });

/** Where a reply can come from: a configured endpoint by name, or a registered model by name or digest. */
export const TargetRef = z
  .string()
  .regex(/^(endpoint:[a-z][a-z0-9-]*|model:[a-z0-9][a-z0-9._-]{0,63})$/, 'endpoint:NAME, model:NAME or model:DIGEST');
export type TargetRef = z.infer<typeof TargetRef>;

/** What stands behind a target reference, for reports. An endpoint's weights are not known to the registry. */
export const ModelIdentity = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('endpoint'), ref: z.string(), name: z.string() }),
  z.object({
    kind: z.literal('model'),
    ref: z.string(),
    name: ModelName,
    digest: Sha256,
    filesVerified: z.boolean(),
    state: ModelState,
    release: z.string().exactOptional(),
    run: z.string().exactOptional(),
    lineage: z.array(Ancestor),
  }),
]);
export type ModelIdentity = z.infer<typeof ModelIdentity>;
