import type { Tx } from '../../db/database.ts';
import { startSteps } from './rule-schema.ts';
import { addJudged, type Judged, type StepRow } from './series.ts';
import { type LoggedStep, readFirstSteps, readJudged, readLastSteps } from './store.ts';

/** The last logged steps up to one, each with the judgments made since the step logged before it. */
export async function readLastRows(tx: Tx, runId: string, upTo: number, count: number): Promise<StepRow[]> {
  // One step more than asked for tells where the judgments of the first one begin.
  const steps = await readLastSteps(tx, runId, upTo, count + 1);
  const whole = steps.length <= count;
  const after = whole ? 0 : (steps[0]?.step ?? 0);
  return withJudged(tx, runId, whole ? steps : steps.slice(1), after);
}

/** The first logged steps of a run, from which its start is measured. */
export async function readStart(tx: Tx, runId: string): Promise<StepRow[]> {
  return withJudged(tx, runId, await readFirstSteps(tx, runId, startSteps), 0);
}

async function withJudged(tx: Tx, runId: string, steps: LoggedStep[], after: number): Promise<StepRow[]> {
  const upTo = steps.at(-1)?.step ?? 0;
  const judged = await readJudged(tx, runId, { after, upTo });
  let before = after;
  return steps.map(({ step, metrics }) => {
    const own = [...judged].filter(([at]) => at > before && at <= step).map(([, sums]) => sums);
    before = step;
    return rowOf(step, metrics, own);
  });
}

function rowOf(step: number, log: StepRow['log'], judged: Judged[]): StepRow {
  return judged.length === 0 ? { step, log } : { step, log, judged: judged.reduce(addJudged) };
}
