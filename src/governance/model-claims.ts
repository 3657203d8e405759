import type { Context } from '../context/context.ts';
import type { LoggedEvent } from '../ledger/schema.ts';
import { getModel, modelsWrittenBy } from '../registry/actions.ts';
import { nearQuestions } from '../registry/near.ts';
import type { Claim } from './evidence-schema.ts';

/** Finds the leaves of the system chain whose events satisfy a test. */
export type Leaves = (test: (event: LoggedEvent) => boolean) => number[];

/** The registered models of a run: which they are, their state, and what of the evaluation sets they have seen. */
export async function modelClaims(ctx: Context, run: string, leaves: Leaves): Promise<Claim[]> {
  const claims: Claim[] = [];
  for (const { digest } of await modelsWrittenBy(ctx, run)) {
    const { model, overlaps, near, trainingQuestions, signature } = await getModel(ctx, digest);
    const overlapping = overlaps.reduce((sum, set) => sum + set.questions, 0);
    const alike = nearQuestions(near);
    claims.push({
      id: `model-${model.name}`,
      section: 'Models',
      text: `The model "${model.name}" (${digest}) is ${model.state}. Of the evaluation sets as they are now, it and its line were trained on ${overlapping} questions word for word and on ${alike} near-duplicates.`,
      figures: {
        digest,
        state: model.state,
        trainingQuestions,
        overlapping,
        nearDuplicates: alike,
        nearThreshold: near.threshold,
        notCompared: near.unread,
        statementSha256: signature?.sha256 ?? null,
      },
      source: {
        rows: 'model, model_training_question, question',
        query: `safemed model show ${model.name} --json`,
        leaves: leaves(
          (event) => /^model\.(registered|approved|retired)$/.test(event.type) && event.data.digest === digest,
        ),
      },
      caveats: [
        'What came with the first weights of the line is not known.',
        ...(overlapping === 0 ? [] : ['It has seen questions that it is measured with, so it cannot be approved.']),
        ...(near.unread === 0 ? [] : [`${near.unread} erased questions could not be compared in wording.`]),
      ],
    });
  }
  return claims;
}
