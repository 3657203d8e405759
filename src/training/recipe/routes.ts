import { Hono } from 'hono';
import { type AppEnv, body } from '../../context/http.ts';
import { TrainingRun } from '../schema.ts';
import { exportRecipe, recordResult } from './actions.ts';
import { ExportRecipe, ExternalResult, RecipeHead, RecipePart } from './schema.ts';
import type { Recipe } from './write.ts';

/** A recipe is sent as JSON lines, the head first, and kept nowhere: texts that may have to be erased stay in one place. */
export const recipeRoutes = new Hono<AppEnv>()
  .post('/recipes', async (c) => {
    const recipe = await exportRecipe(c.var.ctx, await body(c, ExportRecipe));
    const lines = linesOf(recipe);
    const encoder = new TextEncoder();
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        const { done, value } = lines.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
      },
    });
    return c.body(stream, 200, { 'content-type': 'application/x-ndjson' });
  })
  .post('/runs/:id/result', async (c) =>
    c.json(TrainingRun.parse(await recordResult(c.var.ctx, c.req.param('id'), await body(c, ExternalResult)))),
  );

function* linesOf({ head, files }: Recipe): Generator<RecipeHead | RecipePart> {
  yield RecipeHead.parse(head);
  for (const { path, parts } of files) for (const text of parts) yield RecipePart.parse({ path, text });
}
