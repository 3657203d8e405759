import { AppError } from '../../core/error.ts';
import { isEventType } from '../../ledger/event-types.ts';
import type { ExclusionCode, Problem } from '../problem.ts';
import { adjudicatorGate } from './adjudicator-gate.ts';
import { type FinalText, finalText } from './final-text.ts';
import { type GateInput, type Judged, panelGate, reviewersGate } from './gate.ts';
import { type ChainEvent, type Decided, type Generated, type History, readHistory } from './history.ts';
import type { People } from './people.ts';
import { type Rules, rubricOf } from './rules.ts';

/** An example whose whole history leads to the text and the scores with which it may be released. */
export type Accepted = FinalText &
  Judged & {
    readonly history: History;
    readonly approved: Decided;
    readonly track: string;
    /** Failed rounds before the approval. */
    readonly strikes: number;
    /** Traces of failed rounds that reviewers had read. */
    readonly failed: readonly Generated[];
    /** Position of the chain's last event within the chain. */
    readonly end: number;
  };

export type Replay = { readonly accepted: Accepted } | { readonly problems: readonly Problem[] };

/** What makes an approved example open again; anything of it behind the approval speaks against the release. */
const reopening = new Set([
  'generation.recorded',
  'review.signed',
  'edit.signed',
  'strike.recorded',
  'panel.opened',
  'vote.signed',
  'adjudication.signed',
  'erasure.executed',
]);

/**
 * Goes through the signed history of one example and says whether it may be in a release, with which text. The server
 * decides by this before it seals, and the verifier again afterwards. Throws check_failed for events it cannot read.
 */
export function replay(events: readonly ChainEvent[], rules: Rules, people: People): Replay {
  const strange = events.find((event) => !isEventType(event.type));
  if (strange !== undefined)
    throw new AppError(
      'check_failed',
      `leaf ${strange.index} is of the type ${JSON.stringify(strange.type)}, which this version does not know`,
    );
  const history = readHistory(events);
  const last = history.decisions.at(-1);
  if (last?.outcome !== 'approved') {
    const state = last === undefined ? 'it was never approved' : `it was ${last.outcome}`;
    return { problems: [problem('not-approved', `${state} at the end of its history`)] };
  }
  const later = events.find((event) => event.seq > last.seq && reopening.has(event.type));
  if (later !== undefined)
    return { problems: [problem('reopened', `leaf ${later.index} (${later.type}) follows its approval`)] };
  const final = finalText(history, last);
  if ('check' in final) return { problems: [final] };
  const rubric = rubricOf(rules, history.imported.kind);
  const input = { history, approved: last, final, rules, rubric, people };
  const judged = gateOf(last.by)(input);
  if (Array.isArray(judged)) return { problems: judged };
  const struck = new Set(history.strikes.map((strike) => strike.round));
  const read = new Set(history.reviews.map((review) => review.trace));
  return {
    accepted: {
      ...final,
      ...(judged as Judged), // the list of problems is handled above; Array.isArray does not narrow a readonly union
      history,
      approved: last,
      track: rubric.track,
      strikes: history.strikes.length,
      failed: history.generated.filter((one) => one.round < last.round && struck.has(one.round) && read.has(one.trace)),
      end: events.at(-1)?.seq ?? 0,
    },
  };
}

/** Who approved decides what must be shown. */
function gateOf(by: string): (input: GateInput) => Judged | Problem[] {
  if (by === 'panel') return panelGate;
  return by === 'adjudicator' ? adjudicatorGate : reviewersGate;
}

function problem(code: ExclusionCode, text: string): Problem {
  return { check: code === 'not-approved' || code === 'reopened' ? 'V9' : 'V10', code, text };
}
