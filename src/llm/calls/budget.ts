import { AppError } from '../../core/error.ts';
import type { Database } from '../../db/database.ts';
import type { Budget, CallTotals, ChatReply } from '../schema.ts';
import { totals } from './call-store.ts';

/**
 * What is summed up: all calls of an endpoint, or all calls whose subject is `subjectsOf/…`, whatever their endpoint.
 * `name` says to people whose budget that is.
 */
export type BudgetScope = { endpoint: string } | { subjectsOf: string; name: string };

export type BudgetGuard = {
  /** To be called before a call that will be paid; throws `incomplete` when the budget does not allow it. */
  reserve(): Promise<void>;
  /** To be called when it ended, with what it brought. */
  settle(reply: ChatReply | undefined): void;
};

/**
 * Watches spending, starting from what the record says was spent before. Tokens and cost of a call are
 * known only afterwards, so these two limits may be passed by the calls in flight; the number of calls never is.
 */
export function openBudget(db: Database, scope: BudgetScope, budget: Budget | undefined): BudgetGuard {
  if (budget === undefined) return { reserve: async () => undefined, settle: () => undefined };
  let before: Promise<CallTotals> | undefined;
  const spent = { calls: 0, tokens: 0, cost: 0 };
  let inFlight = 0;
  return {
    reserve: async () => {
      before ??= totals(db, scope);
      const { made, tokensIn, tokensOut, cost } = await before;
      const now = {
        calls: made + spent.calls + inFlight,
        tokens: tokensIn + tokensOut + spent.tokens,
        cost: cost + spent.cost,
      };
      refuse(scope, 'calls', now.calls, budget.maxCalls);
      refuse(scope, 'tokens', now.tokens, budget.maxTokens);
      refuse(scope, 'cost', now.cost, budget.maxCost);
      inFlight++;
    },
    settle: (reply) => {
      inFlight--;
      if (reply === undefined) return;
      spent.calls++;
      spent.tokens += (reply.usage?.promptTokens ?? 0) + (reply.usage?.completionTokens ?? 0);
      spent.cost += reply.cost ?? 0;
    },
  };
}

function refuse(scope: BudgetScope, what: string, spent: number, limit: number | undefined): void {
  if (limit === undefined || spent < limit) return;
  const whose = 'endpoint' in scope ? `the model endpoint "${scope.endpoint}"` : scope.name;
  throw new AppError(
    'incomplete',
    `The budget of ${whose} is spent: ${what} ${spent} of ${limit}. Raise its budget and run the same command again; what was answered is kept.`,
    { details: { ...('endpoint' in scope ? { endpoint: scope.endpoint } : { of: scope.name }), spent, limit } },
  );
}
