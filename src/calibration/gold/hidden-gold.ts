import { type HiddenGold, reader, type TxContext } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import type { QuestionKind } from '../../profile/schema.ts';
import { ReviewInput } from '../../review/schema.ts';
import { answerGold, goldFor } from './answers.ts';
import { contentOf } from './content.ts';
import { openGold, readGold } from './store.ts';

/** Gold as the queue and the review screen reach it. */
export const hiddenGold: HiddenGold = {
  next: (ctx, reviewer, kinds) => goldFor(ctx, reviewer.id, kinds, reviewer.languages),
  content: async (ctx, id) => {
    const gold = await readGold(reader(ctx), id);
    if (gold === undefined) throw new AppError('not_found', 'This item is no longer there.');
    return contentOf(ctx, gold);
  },
  answer: async (ctx, id, review) => {
    const open = await openGold(ctx.tx, ctx.actor.id, 'hidden', await kindOf(ctx, id));
    // Retired meanwhile: the answer counts for nothing, and saying so would tell the reviewer what the item was.
    if (open.some((one) => one.id === id)) await answerGold(ctx, { item: id, review: ReviewInput.parse(review) });
  },
};

async function kindOf(ctx: TxContext, id: string): Promise<QuestionKind[]> {
  const gold = await readGold(ctx.tx, id);
  return gold === undefined ? [] : [gold.kind];
}
