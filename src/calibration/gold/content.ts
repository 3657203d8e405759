import type { Context } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { sha256Hex } from '../../core/hash.ts';
import { renderTrace, type Trace } from '../../core/trace.ts';
import { getInstance } from '../../generation/actions.ts';
import { wellFormed } from '../../review/actions.ts';
import { shownQuestion } from '../../review/drafts/work.ts';
import type { GoldItem } from './schema.ts';
import type { GoldRecord } from './store.ts';

type Content = Pick<GoldItem, 'question' | 'trace'>;

/** The question and the trace of a gold item, in the form in which every item is shown. */
export async function contentOf(ctx: Context, gold: GoldRecord): Promise<Content> {
  if (gold.content !== undefined) {
    const { question, steps, answer } = gold.content;
    return {
      question: {
        ...question,
        context: question.context ?? [],
        options: question.options ?? [],
        answer: question.answer ?? [],
        dimensions: question.dimensions ?? [],
      },
      trace: shown({ steps, answer }, sha256Hex(renderTrace({ steps, answer }))),
    };
  }
  if (gold.instance === undefined)
    throw new AppError('internal', `The gold item ${gold.id} has neither an instance nor a content.`);
  const { question, traces } = await getInstance(ctx, gold.instance.id);
  const trace = traces.find((one) => one.round === gold.instance?.round);
  if (trace === undefined) throw new AppError('internal', `The trace of the gold item ${gold.id} is lost.`);
  return { question: shownQuestion(question), trace: shown(wellFormed(trace), trace.sha256) };
}

/** The trace of a content as reviews are checked against it. */
export function traceOf({ trace }: Content): Trace {
  return { steps: trace.steps, answer: trace.answer };
}

/** A gold item without what is expected of it. */
export function itemOf({ id, use, kind, language, specialty }: GoldRecord, content: Content): GoldItem {
  return { id, use, kind, language, ...(specialty === undefined ? {} : { specialty }), ...content };
}

function shown({ steps, answer }: Trace, sha256: string): GoldItem['trace'] {
  return { sha256, steps, answer };
}
