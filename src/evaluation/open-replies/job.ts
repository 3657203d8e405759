import { type Context, reader, transact } from '../../context/context.ts';
import type { JobControl } from '../../jobs/schema.ts';
import { createGroup } from '../../llm/calls/group.ts';
import { targetClient } from '../../registry/actions.ts';
import type { EvaluationSettings, SetPlan } from '../schema.ts';
import { judgeTask, openJudge } from './open-judge.ts';
import { countUnjudged, insertJudgments, type Judgment, type OpenReply, unjudgedReplies } from './store.ts';

const pageSize = 500;
const groupSize = 100;

type Judging = { id: string; settings: EvaluationSettings; plans: ReadonlyMap<string, SetPlan> };

/**
 * Has every judge score every open reply that it has not scored. Resumable like the asking: a judgment is stored before it
 * counts, and a judge that was asked before is not asked again. What a judge does not answer readably has no score.
 */
export async function judgeReplies(ctx: Context, { id, settings, plans }: Judging, control: JobControl): Promise<void> {
  const judges = [...new Set(settings.judges ?? [])];
  const total = await countUnjudged(reader(ctx), id, judges.length);
  if (total <= 0) return;
  let done = 0;
  const group = createGroup<Judgment, undefined>(async (judgments) => {
    await transact(ctx, (ctx) => insertJudgments(ctx.tx, id, judgments));
    done += judgments.length;
    await control.progress({ done, total, unit: 'judgments' });
    return judgments.map(() => undefined);
  }, groupSize);
  for (const name of judges) {
    const client = await targetClient(ctx, name);
    const one = async (reply: OpenReply): Promise<void> => {
      const plan = plans.get(reply.set);
      if (plan === undefined) return;
      const { judge, score } = openJudge(reply.question, plan, { name, client, seed: settings.seed });
      const call = { purpose: 'evaluation-judge', subject: () => id, signal: control.signal };
      const [given] = await judge.score([judgeTask(reply.question, reply.reply)], call);
      if (given === undefined) return;
      const member = given.members[0];
      await group.submit({
        target: reply.target,
        question: reply.question.id,
        variant: reply.variant,
        judge: name,
        version: judge.version,
        score: score(given),
        reason: given.reason,
        ...(member?.met === undefined ? {} : { met: member.met }),
        calls: member?.calls ?? [],
        judgedAt: ctx.clock.now().toISOString(),
      });
    };
    for (;;) {
      const page = await unjudgedReplies(reader(ctx), id, name, pageSize);
      if (page.length === 0) break;
      await client.each(page, one, control.signal);
    }
  }
}
