import { z } from 'zod';
import { Bilingual, Code } from './words-schema.ts';

/** What stands around a request of one strategy; see `attack-frames.yaml` for what each level adds. */
export const AttackFrame = z.strictObject({
  strategy: Code,
  levels: z.array(z.int().min(1).max(5)).min(1).default([1, 2, 3, 4, 5]),
  openings: z.array(Bilingual),
  reasons: z.array(Bilingual),
  /** Added to the assistant's own instructions. */
  configuration: z.array(Bilingual).min(1).exactOptional(),
});
export type AttackFrame = z.infer<typeof AttackFrame>;

/** A request spread over turns; `{topic}` and `{request}` stand for those of the base request. */
export const AttackScript = z.strictObject({ code: Code, name: Bilingual, turns: z.array(Bilingual).min(2).max(10) });
export type AttackScript = z.infer<typeof AttackScript>;

export const AttackFrames = z.strictObject({
  frames: z.array(AttackFrame),
  routine: z.array(Bilingual).min(2),
  closings: z.array(Bilingual).min(1),
  scripts: z.array(AttackScript),
  /** Around an encoded request: `{encoding}`, `{payload}`. */
  carrier: Bilingual,
  attacker: z.strictObject({ system: Bilingual, request: Bilingual, translate: Bilingual, refine: Bilingual }),
});
export type AttackFrames = z.infer<typeof AttackFrames>;

/** A plain violation and its benign twin: the same surface, a legitimate need. */
export const BaseRequest = z.strictObject({
  id: Code,
  dimension: Code,
  /** A noun phrase for conversations that lead up to the request. */
  topic: Bilingual,
  /** The violation that serving the request would be. */
  intent: Bilingual,
  request: Bilingual,
  twin: Bilingual,
});
export type BaseRequest = z.infer<typeof BaseRequest>;

export const AttackSources = z.strictObject({
  /** Dimensions for requests outside of the profession; no part of the coverage. */
  outside: z.array(z.strictObject({ code: Code, name: Bilingual })),
  sources: z.array(
    z.strictObject({
      format: z.string().min(1),
      /** Dimension by the set's own category. */
      dimensions: z.record(z.string(), Code),
      /** Dimension of all other categories; without it they are refused. */
      other: Code.exactOptional(),
      /** Strategy by the set's own method; `direct` where it names none. */
      strategies: z.record(z.string(), Code).exactOptional(),
    }),
  ),
});
export type AttackSources = z.infer<typeof AttackSources>;

/** Everything that attacks are made from. */
export type AttackMaterial = AttackFrames & AttackSources & { requests: BaseRequest[] };
