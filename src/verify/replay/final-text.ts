import { messageOf } from '../../core/error.ts';
import { sha256Hex } from '../../core/hash.ts';
import { applyEdits, parseTrace, renderTrace } from '../../core/trace.ts';
import type { ExclusionCode, Problem } from '../problem.ts';
import type { Decided, Generated, History, SignedEdit } from './history.ts';

export type FinalText = {
  readonly trace: Generated;
  readonly edits: readonly SignedEdit[];
  /** Who edited, where somebody did. */
  readonly editor?: string;
  /** The trace after the edits; the trace itself where there are none. */
  readonly text: string;
};

/** The text an approval stands for, made anew from the recorded trace and the signed edits; or why there is none. */
export function finalText(history: History, approved: Decided): FinalText | Problem {
  const trace = history.generated.find((one) => one.trace === approved.trace);
  if (trace === undefined) return problem('incomplete-history', 'the approved trace was never recorded');
  if (sha256Hex(trace.text) !== trace.sha256)
    return problem('altered-text', `the recorded trace of round ${trace.round} is not the text its digest names`);
  const source = editsOf(history, approved);
  if ('check' in source) return source;
  const { edits } = source;
  const replayed = replayEdits(trace.text, edits);
  if (typeof replayed !== 'string') return replayed;
  if (
    sha256Hex(replayed) !== approved.resultSha256 ||
    (source.resultSha256 ?? approved.resultSha256) !== approved.resultSha256
  )
    return problem('edit-mismatch', 'the signed edits, applied to the recorded trace, do not give the approved text');
  return { trace, edits, text: replayed, ...(source.editor === undefined ? {} : { editor: source.editor }) };
}

type Edits = { edits: readonly SignedEdit[]; editor?: string; resultSha256?: string };

function editsOf(history: History, approved: Decided): Edits | Problem {
  if (approved.by === 'panel' || approved.by === 'adjudicator') {
    const decision = history.adjudications.find((one) => one.case === approved.case);
    if (decision === undefined)
      return problem('panel-missing', `no signed decision of the ${approved.by} is in the history`, 'V11');
    const { edits, chair, resultSha256 } = decision;
    return {
      edits,
      ...(edits.length === 0 ? {} : { editor: chair }),
      ...(resultSha256 === undefined ? {} : { resultSha256 }),
    };
  }
  if (approved.review === undefined) return { edits: [] };
  const review = history.reviews.find((one) => one.id === approved.review);
  if (review === undefined || review.trace !== approved.trace)
    return problem('edit-mismatch', 'the approval names an edit that is not in the history of this trace');
  const { edits, reviewer, resultSha256 } = review;
  return { edits, editor: reviewer, ...(resultSha256 === undefined ? {} : { resultSha256 }) };
}

function replayEdits(text: string, edits: readonly SignedEdit[]): string | Problem {
  const parsed = parseTrace(text);
  if (parsed.state === 'malformed') return problem('altered-text', `the approved trace is malformed: ${parsed.reason}`);
  if (edits.length === 0) return text;
  try {
    return renderTrace(applyEdits(parsed.trace, edits));
  } catch (error) {
    return problem('edit-mismatch', `the signed edits cannot be applied: ${messageOf(error)}`);
  }
}

function problem(code: ExclusionCode, text: string, check: Problem['check'] = 'V10'): Problem {
  return { check, code, text };
}
