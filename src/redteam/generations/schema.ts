import { z } from 'zod';
import { Budget } from '../../llm/schema.ts';
import { Recipe } from '../attacks/recipe-schema.ts';
import { Probe, ProbeLanguage, ProbeSplit } from '../schema.ts';

const Codes = z.array(z.string().min(1).max(60)).min(1);

/** Which probes are made and how. Without `attacker` and `translation` no model is asked. */
export const GenerateProbes = z
  .strictObject({
    dimensions: Codes.exactOptional(),
    strategies: Codes.exactOptional(),
    levels: z.array(z.int().min(1).max(5)).min(1).exactOptional(),
    languages: z.array(ProbeLanguage).min(1).exactOptional(),
    /** A script of the profile, by which each request is spread over turns. */
    script: z.string().min(1).exactOptional(),
    /** Transformations, in the order in which they are done. */
    encodings: z.array(z.string().min(1)).min(1).max(4).exactOptional(),
    /** How many probes of each kind. */
    copies: z.int().min(1).max(100).default(1),
    seed: z.int().min(0).max(0xffffffff).default(1),
    split: ProbeSplit.default('test'),
    /** Endpoint of a model that writes new requests after the base requests. */
    attacker: z.string().min(1).exactOptional(),
    /** The base requests are translated by a model: from the other language, or from the same one through a third. */
    translation: z
      .strictObject({
        endpoint: z.string().min(1),
        from: ProbeLanguage,
        /** English name of the language that the texts pass through. */
        through: z.string().min(1).max(60).exactOptional(),
      })
      .exactOptional(),
    /** Limits over all calls of this generation. */
    budget: Budget.exactOptional(),
  })
  .superRefine((input, check) => {
    if (input.attacker !== undefined && input.translation !== undefined)
      check.addIssue({ code: 'custom', path: ['translation'], message: 'choose either an attacker or a translation' });
    if (input.copies > 1 && input.attacker === undefined && input.translation !== undefined)
      check.addIssue({ code: 'custom', path: ['copies'], message: 'a text is translated once' });
  });
export type GenerateProbes = z.infer<typeof GenerateProbes>;

/** drafted: waits for the screening against the others · taken, already, refused: what became of it. */
export const CandidateState = z.enum(['drafted', 'taken', 'already', 'refused']);
export type CandidateState = z.infer<typeof CandidateState>;

/** One recipe of a generation with what was written for it, as it came. */
export const Candidate = z.object({
  position: z.int(),
  recipe: Recipe,
  /** The model's raw reply, or its replies in their order where it was asked more than once. */
  reply: z.string().exactOptional(),
  callKey: z.string().exactOptional(),
  probe: Probe.exactOptional(),
  state: CandidateState,
  reason: z.string().exactOptional(),
});
export type Candidate = z.infer<typeof Candidate>;

export const GenerationResult = z.object({
  generation: z.uuid(),
  taken: z.int(),
  already: z.int(),
  refused: z.int(),
  /** Why candidates were refused, most frequent first. */
  reasons: z.array(z.object({ reason: z.string(), n: z.int() })),
});
export type GenerationResult = z.infer<typeof GenerationResult>;

export const Generation = z.object({
  id: z.uuid(),
  input: GenerateProbes,
  profileDigest: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
  result: GenerationResult.exactOptional(),
  completedAt: z.string().exactOptional(),
});
export type Generation = z.infer<typeof Generation>;

export const GenerationStarted = z.object({ generation: z.uuid(), job: z.uuid() });
export type GenerationStarted = z.infer<typeof GenerationStarted>;

export const CandidatePage = z.object({ candidates: z.array(Candidate), next: z.int().exactOptional() });
export type CandidatePage = z.infer<typeof CandidatePage>;
