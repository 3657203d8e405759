import { requireRole } from '../../context/actor.ts';
import { type Context, reader } from '../../context/context.ts';
import { evaluationOf, readers } from '../report-actions.ts';
import { SetPlan } from '../schema.ts';
import { readPlans } from '../store-plan.ts';
import { judgeAgreement } from './agreement.ts';
import type { EvaluationJudges } from './schema.ts';
import { readJudgedReplies } from './store.ts';

/** How far the judges of open replies agree, target by target and set by set; empty where no set is for judges. */
export async function evaluationJudges(ctx: Context, id: string): Promise<EvaluationJudges> {
  requireRole(ctx.actor, ...readers);
  const { settings } = await evaluationOf(ctx, id);
  const plans = await readPlans(reader(ctx), id);
  const replies = await readJudgedReplies(reader(ctx), id);
  const parts = Map.groupBy(replies, ({ target, set }) => JSON.stringify([target, set]));
  return {
    sets: [...parts.values()].flatMap((own) => {
      const [first] = own;
      if (first === undefined) return [];
      const { target, set } = first;
      return [judgeAgreement(plans.get(set) ?? SetPlan.parse({}), own, { target, set, seed: settings.seed })];
    }),
  };
}
