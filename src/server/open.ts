import { tidySignIn } from '../accounts/links.ts';
import type { Actor } from '../context/actor.ts';
import { type Log, transact } from '../context/context.ts';
import type { Workspace } from '../context/workspace.ts';
import { messageOf } from '../core/error.ts';
import { completeErasures } from '../governance/erasure.ts';
import { publishFirstGuideline } from '../guideline/actions.ts';
import { publishPolicy } from '../release/policy-record.ts';
import { ensureOperator } from './operator.ts';
import { openScorer } from './scorer.ts';
import { openServices, type Services } from './services.ts';
import { startWorkers } from './workers.ts';

const setup: Actor = { id: 'setup', name: 'Setup', roles: ['admin'] };

/**
 * A workspace ready for requests: its services, its operator, the profile's policy and first guideline published in the log
 * before anything is judged by them, erasures brought to their end, and the workers of long jobs.
 */
export async function openWorkspace(workspace: Workspace, log: Log): Promise<Services> {
  const services = await openServices({ workspace, log, openScorer });
  try {
    await ensureOperator(services);
    await tidySignIn(services.contextFor(setup));
    await transact(services.contextFor(setup), publishPolicy);
    await publishFirstGuideline(services.contextFor(setup));
    await completeErasures(services.contextFor(setup)).catch((error: unknown) => {
      // A release that cannot be written anew must not keep the workspace shut: the erasure itself is done.
      log('error', `What follows an erasure is not complete: ${messageOf(error)}`);
    });
    await startWorkers(services);
    return services;
  } catch (error) {
    await services.close();
    throw error;
  }
}
