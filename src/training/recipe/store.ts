import { z } from 'zod';
import type { Tx } from '../../db/database.ts';
import { Composition } from '../schema.ts';
import type { RecipeFileFacts } from './schema.ts';

export async function insertRecipe(
  tx: Tx,
  recipe: {
    id: string;
    runId: string;
    engine: string;
    composition: Composition;
    questions: readonly string[];
    files: readonly RecipeFileFacts[];
    by: string;
    at: Date;
  },
): Promise<void> {
  const { id, runId, engine, composition, questions, files, by, at } = recipe;
  await tx.query(
    `INSERT INTO training_recipe (id, run_id, engine, composition, questions, files, exported_by, exported_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, runId, engine, JSON.stringify(composition), JSON.stringify(questions), JSON.stringify(files), by, at],
  );
}

/** What a run's recipes gave its engine, oldest first. */
export async function readRecipes(tx: Tx, runId: string): Promise<{ composition: Composition; questions: string[] }[]> {
  const rows = await tx.query<{ composition: unknown; questions: unknown }>(
    'SELECT composition, questions FROM training_recipe WHERE run_id = $1 ORDER BY exported_at, id',
    [runId],
  );
  return rows.map((row) => ({
    composition: Composition.parse(row.composition),
    questions: z.array(z.string()).parse(row.questions),
  }));
}
