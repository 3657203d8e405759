import { runAblation } from '../ablation/job.ts';
import type { Actor } from '../context/actor.ts';
import { runImport } from '../corpus/job.ts';
import { runScreening } from '../corpus/screen.ts';
import { runEvaluation } from '../evaluation/job.ts';
import { runGeneration } from '../generation/job.ts';
import type { JobHandlers } from '../jobs/queue.ts';
import { runRedteam } from '../redteam/job.ts';
import { openMissingCases } from '../review/cases/actions.ts';
import { startSigning } from '../review/drafts/undo-timer.ts';
import { runTraining } from '../training/job.ts';
import { startDelivering } from '../webhooks/timer.ts';
import { environmentVariable, pythonEnvironment } from './config.ts';
import type { Services } from './services.ts';

/** Jobs were permitted when they were enqueued; they are done in the name of the system. */
const worker: Actor = { id: 'worker', name: 'Worker', roles: ['engineer', 'red-teamer', 'steward'] };

/** Starts the handlers of all kinds of long work in this process. */
export async function startWorkers(services: Services): Promise<void> {
  const ctx = services.contextFor(worker);
  const environment = pythonEnvironment(services.workspace, services.config);
  const { launchers } = services.config;
  const handlers: JobHandlers = {
    corpus: (input, control) =>
      typeof input === 'object' && input !== null && 'screen' in input
        ? runScreening(ctx, control)
        : runImport(ctx, input, control),
    generation: async (input, control) => {
      const result = await runGeneration(ctx, input, control);
      const escalated = await openMissingCases(ctx);
      return { ...result, escalated };
    },
    training: (input, control) =>
      runTraining(ctx, input, control, { environment, launchers, variable: environmentVariable }),
    redteam: (input, control) => runRedteam(ctx, input, control),
    evaluation: (input, control) => runEvaluation(ctx, input, control),
    ablation: (input, control) => runAblation(ctx, input, control),
  };
  await services.queue.work(handlers);
  services.closeFirst(startSigning(ctx));
  services.closeFirst(startDelivering(ctx));
}
