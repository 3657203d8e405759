import type { Tx } from '../db/database.ts';
import type { StudyDesign } from './design-schema.ts';
import type { StudyProgress } from './schema.ts';
import { countResponses } from './store.ts';
import { countByRater } from './store-rating.ts';

/** What is planned and what is there, counted from rows. */
export async function progressOf(tx: Tx, id: string, design: StudyDesign): Promise<StudyProgress> {
  const received = new Map((await countResponses(tx, id)).map((one) => [one.arm, one.received]));
  const raters = await countByRater(tx, id);
  const responses = design.arms.map((arm) => ({
    arm: arm.id,
    planned: arm.people * design.vignettes.length,
    received: received.get(arm.id) ?? 0,
  }));
  const there = responses.reduce((sum, one) => sum + one.received, 0);
  return {
    responses,
    raters,
    ratings: {
      planned: there * design.raters.perResponse,
      received: raters.reduce((sum, one) => sum + one.received, 0),
    },
  };
}
