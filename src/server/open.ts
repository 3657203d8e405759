import { type Log, transact } from '../context/context.ts';
import type { Workspace } from '../context/workspace.ts';
import { publishPolicy } from '../release/policy-record.ts';
import { ensureOperator } from './operator.ts';
import { openScorer } from './scorer.ts';
import { openServices, type Services } from './services.ts';
import { startWorkers } from './workers.ts';

/**
 * A workspace ready for requests: its services, its operator, the profile's policy published in the log before anything
 * is judged by it, and the workers of long jobs.
 */
export async function openWorkspace(workspace: Workspace, log: Log): Promise<Services> {
  const services = await openServices({ workspace, log, openScorer });
  try {
    await ensureOperator(services);
    await transact(services.contextFor({ id: 'setup', name: 'Setup', roles: ['admin'] }), publishPolicy);
    await startWorkers(services);
    return services;
  } catch (error) {
    await services.close();
    throw error;
  }
}
