import type { Engine } from './engine.ts';
import { llamaFactory } from './engines/llama-factory.ts';
import { msSwift } from './engines/ms-swift.ts';
import { openrlhf } from './engines/openrlhf.ts';
import { trl } from './engines/trl.ts';
import { verl } from './engines/verl.ts';
import type { RecipeEngine } from './schema.ts';

/** Every engine a recipe can be written for. */
export const recipeEngines: { readonly [name in RecipeEngine]: Engine } = {
  trl,
  'ms-swift': msSwift,
  verl,
  openrlhf,
  'llama-factory': llamaFactory,
};
