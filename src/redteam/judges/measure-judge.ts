import type { Asks } from '../schema.ts';
import { calibrationFigures, type JudgedExchange } from './agreement.ts';
import type { CalibrationFigures } from './calibration-schema.ts';
import { type HeldOutRow, heldOutFigures } from './classifier/held-out.ts';
import type { Judge, JudgeContext, JudgeOptions } from './judge.ts';
import { exchangesOf, majorityOf } from './labels.ts';
import type { HeldOutFigures, JudgeLabel } from './schema.ts';

export type Measured = {
  heldOut: Record<Asks, HeldOutFigures>;
  calibration: Record<Asks, CalibrationFigures>;
};

/**
 * How a judge of any kind does on the labels of split `calibration`; it is shown no other. Each reply is judged once,
 * however many clinicians labelled it, and the majority of their labels is what it is compared with.
 */
export async function measureJudge(
  ctx: JudgeContext,
  judge: Judge,
  labels: readonly JudgeLabel[],
  options: JudgeOptions = {},
): Promise<Measured> {
  const asked = exchangesOf(labels.filter((label) => label.split === 'calibration')).filter(({ asks }) =>
    judge.answers.includes(asks),
  );
  const judgments = await judge.judge(ctx, asked, options);
  const judged = asked.flatMap((exchange, i): JudgedExchange[] => {
    const judgment = judgments[i];
    return judgment === undefined ? [] : [{ ...exchange, judgment }];
  });
  const of = <T>(figures: (asks: Asks) => T): Record<Asks, T> => ({
    attack: figures('attack'),
    'over-refusal': figures('over-refusal'),
  });
  return {
    heldOut: of((asks) => heldOutFigures(judged.flatMap((one) => heldOutRow(asks, one)))),
    calibration: of((asks) => calibrationFigures(asks, judged)),
  };
}

function heldOutRow(asks: Asks, { labels, language, judgment, ...own }: JudgedExchange): HeldOutRow[] {
  const positive = majorityOf(labels, asks);
  if (own.asks !== asks || positive === undefined) return [];
  const { verdict, probability } = judgment;
  const decision =
    verdict === 'undecided' ? verdict : verdict === 'unsafe' || verdict === 'refused' ? 'positive' : 'negative';
  return [{ language, positive, decision, ...(probability === undefined ? {} : { probability }) }];
}
