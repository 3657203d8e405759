import type { MemberJudgment } from '../schema.ts';
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
  const { intent, prompt, reply, judgment, ...kept } = item;
  if (reply === undefined) return kept;
  const { text, ...rest } = reply;
  if (judgment === undefined) return { ...kept, reply: rest };
  const { trail, reason, members, ...verdict } = judgment;
  const shown = {
    ...verdict,
    ...(judgment.verdict === 'undecided' && reason !== undefined ? { reason } : {}),
    ...(members === undefined ? {} : { members: members.map(wordless) }),
  };
  return { ...kept, reply: rest, judgment: shown };
}

/** What a member of a jury said, without its words; a member that could not decide keeps that as its reason. */
function wordless({ trail, reason, ...said }: MemberJudgment): MemberJudgment {
  return said.verdict === 'undecided' ? { ...said, reason: 'undecided' } : said;
}
