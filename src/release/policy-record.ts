import type { TxContext } from '../context/context.ts';
import { canonicalJson, type JsonValue } from '../core/canonical-json.ts';
import { appendEvent, asJson, eventData } from '../ledger/actions.ts';
import { systemEventsOf } from '../ledger/chains.ts';
import type { Profile } from '../profile/schema.ts';
import { policyVersion } from '../verify/replay/rules.ts';

/** The data of a `policy.published` event: all of a profile by which a verifier judges releases. */
export function policyData(profile: Profile): { [key: string]: JsonValue } {
  const { head, policy, prompts, rubrics, severities, reasons } = profile;
  const { feedback: _, ...trace } = prompts.teacher;
  return asJson({
    v: policyVersion,
    profile: { id: head.id, version: head.version, digest: profile.digest },
    gate: policy.gate,
    strikes: policy.strikes,
    panel: policy.panel,
    split: policy.split,
    limits: policy.limits,
    severities: severities.map((severity) => severity.code),
    reasons: reasons.map(({ code, name }) => ({ code, name })),
    rubrics: rubrics.flatMap((rubric) =>
      rubric.kinds.map((kind) => ({
        kind,
        track: rubric.track,
        role: rubric.role,
        version: rubric.version,
        criteria: rubric.criteria
          .filter((criterion) => criterion.kinds.includes(kind))
          .map(({ id, name, veto }) => ({ id, name, veto })),
      })),
    ),
    prompts: { system: prompts.system, trace },
  });
}

/** Publishes the profile's policy in the log unless it stands there already, unchanged. */
export async function publishPolicy(ctx: TxContext): Promise<void> {
  const data = policyData(ctx.profile);
  const published = await systemEventsOf(ctx, 'policy.published');
  const same = published.some(
    ({ opening }) => opening !== undefined && canonicalJson(eventData(opening.envelope)) === canonicalJson(data),
  );
  if (same) return;
  await appendEvent(ctx, { type: 'policy.published', data });
}
