import { z } from 'zod';
import { SetFigures } from '../evaluation/report-schema.ts';
import { BoundedRate } from '../redteam/reports/schema.ts';
import { RunState, TrainingStage } from '../training/schema.ts';

export const NodeKind = z.enum(['release', 'run', 'model', 'evaluation', 'campaign', 'ablation']);
export type NodeKind = z.infer<typeof NodeKind>;

/** Something that a model came from or was measured by. `id` is unique within the graph. */
export const LineageNode = z.object({
  id: z.string(),
  kind: NodeKind,
  name: z.string(),
  /** Of a model, a release or a run its state; of a measurement whether it is complete; absent where it is not known here. */
  state: z.string().exactOptional(),
});
export type LineageNode = z.infer<typeof LineageNode>;

/** data: its rows were trained on · base: its weights were · continued: its adapter was · reward: it judged · wrote · measured. */
export const LineageEdge = z.object({
  from: z.string(),
  to: z.string(),
  relation: z.enum(['data', 'base', 'continued', 'reward', 'wrote', 'measured']),
});
export type LineageEdge = z.infer<typeof LineageEdge>;

const RunFigures = z.object({
  name: z.string(),
  stage: TrainingStage,
  state: RunState,
  release: z.string(),
  rows: z.int().exactOptional(),
  steps: z.int().exactOptional(),
  seconds: z.number().exactOptional(),
  metrics: z.record(z.string(), z.number().nullable()),
});

const Measured = z.object({ id: z.string(), target: z.string(), createdAt: z.string(), complete: z.boolean() });

/** Where a model comes from and what was measured of it; without measurements that the account may not see. */
export const ModelLineage = z.object({
  /** The digest of the model that was asked for. */
  model: z.string(),
  nodes: z.array(LineageNode),
  edges: z.array(LineageEdge),
  /** The runs behind it, those that are known here. */
  runs: z.array(RunFigures),
  evaluations: z.array(
    Measured.extend({
      sets: z.array(
        SetFigures.pick({
          name: true,
          correct: true,
          n: true,
          unanswered: true,
          rate: true,
          ci95: true,
          chance: true,
          contamination: true,
        }),
      ),
    }),
  ),
  campaigns: z.array(
    Measured.extend({
      name: z.string(),
      judge: z.string(),
      unsafe: BoundedRate,
      overRefusal: BoundedRate,
      warnings: z.array(z.string()),
    }),
  ),
  ablations: z.array(z.object({ name: z.string(), complete: z.boolean(), conclusion: z.string() })),
});
export type ModelLineage = z.infer<typeof ModelLineage>;
