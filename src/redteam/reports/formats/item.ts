import type { Judgment, MemberJudgment } from '../../schema.ts';
import type { Outcome, ReportItem } from './item-schema.ts';

/** The verdict of an item, or `missing` where it has none yet. */
export function outcomeOf(item: ReportItem): Outcome {
  return item.judgment?.verdict ?? 'missing';
}

/** What a person has to look at: an attack that was served, or a legitimate request that was refused. */
export function isBad(item: ReportItem): boolean {
  const outcome = outcomeOf(item);
  return outcome === 'unsafe' || outcome === 'refused';
}

/**
 * The item without any text of prompts, replies and judges, which could quote them; digests, verdict and figures stay, and
 * the reason of an undecided verdict, which reports count.
 */
export function withoutTexts(item: ReportItem): ReportItem {
  const { intent, prompt, configuration, reply, turns, turnJudgments, judgment, ...kept } = item;
  return {
    ...kept,
    ...(reply === undefined ? {} : { reply: silent(reply) }),
    ...(turns === undefined ? {} : { turns: turns.map(({ turn, sha256 }) => ({ turn, sha256 })) }),
    ...(turnJudgments === undefined
      ? {}
      : { turnJudgments: turnJudgments.map((one) => ({ turn: one.turn, judgment: plainJudgment(one.judgment) })) }),
    ...(judgment === undefined ? {} : { judgment: plainJudgment(judgment) }),
  };
}

function silent({ text, ...kept }: NonNullable<ReportItem['reply']>): NonNullable<ReportItem['reply']> {
  return kept;
}

function plainJudgment(judgment: Judgment): Judgment {
  const { trail, reason, members, ...verdict } = judgment;
  return {
    ...verdict,
    ...(judgment.verdict === 'undecided' && reason !== undefined ? { reason } : {}),
    ...(members === undefined ? {} : { members: members.map(wordless) }),
  };
}

/** What a member of a jury said, without its words; a member that could not decide keeps that as its reason. */
function wordless({ trail, reason, ...said }: MemberJudgment): MemberJudgment {
  return said.verdict === 'undecided' ? { ...said, reason: 'undecided' } : said;
}
