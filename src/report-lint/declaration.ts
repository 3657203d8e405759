import { z } from 'zod';

/** What the numbers of one column are. */
export const ColumnDeclaration = z.strictObject({
  /** Lowest and highest value that the scale allows. */
  scale: z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low < high, 'the lower end of the scale must be below the upper')
    .exactOptional(),
  /** Decimals that are printed; without it those of each cell as written. */
  decimals: z.int().min(0).max(10).exactOptional(),
  /** percent: 100 k/n · share: k/n · mean: sum of whole numbers over n. */
  unit: z.enum(['percent', 'share', 'mean']).exactOptional(),
  /** How many observations stand behind each value, as the report states it. */
  n: z.int().min(1).exactOptional(),
  /** The same, known from elsewhere: a value that does not fit it is a notice, not a finding. */
  assumedN: z.int().min(1).exactOptional(),
  /** Whole-number items that one observation of a mean is averaged over. */
  items: z.int().min(1).exactOptional(),
  /** Which values are better; bold cells are then checked to be the best of the column. */
  better: z.enum(['higher', 'lower']).exactOptional(),
});
export type ColumnDeclaration = z.infer<typeof ColumnDeclaration>;

export const MeanDeclaration = z
  .strictObject({
    /** Columns whose mean the printed value is. */
    of: z.array(z.string()).min(2),
    equals: z.string(),
    weights: z.array(z.number().positive()).exactOptional(),
    /** parts: subsets of one measurement · macro: unweighted mean over groups. */
    kind: z.enum(['parts', 'macro']).default('parts'),
  })
  .refine(
    (one) => one.weights === undefined || one.weights.length === one.of.length,
    'give one weight for each column',
  );
export type MeanDeclaration = z.infer<typeof MeanDeclaration>;

export const RankDeclaration = z.strictObject({
  column: z.string(),
  by: z.string(),
  better: z.enum(['higher', 'lower']).default('higher'),
});
export type RankDeclaration = z.infer<typeof RankDeclaration>;

/** What a table claims to hold: read beside the table, or from the front of a Markdown file. */
export const Declaration = z.strictObject({
  title: z.string().exactOptional(),
  source: z.string().exactOptional(),
  /** The column that names the rows. */
  label: z.string(),
  columns: z.record(z.string(), ColumnDeclaration),
  means: z.array(MeanDeclaration).default([]),
  ranks: z.array(RankDeclaration).default([]),
});
export type Declaration = z.infer<typeof Declaration>;

/** One declaration for each of several tables of a file. */
export const DeclarationList = z.strictObject({ tables: z.array(Declaration).min(1) });

/** Every column that a declaration speaks of. */
export function columnsOf(declaration: Declaration): string[] {
  return [
    ...new Set([
      declaration.label,
      ...Object.keys(declaration.columns),
      ...declaration.means.flatMap((mean) => [...mean.of, mean.equals]),
      ...declaration.ranks.flatMap((rank) => [rank.column, rank.by]),
    ]),
  ];
}
