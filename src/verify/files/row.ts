import type { JsonValue } from '../../core/canonical-json.ts';
import { sha256Hex } from '../../core/hash.ts';
import { type JsonObject, textAt } from '../fields.ts';
import type { Scores } from '../replay/history.ts';
import type { Accepted } from '../replay/replay.ts';
import type { Rules } from '../replay/rules.ts';
import { type Message, promptOf } from './prompt.ts';

export const rowVersion = 'cts-row/1';
export const pairVersion = 'cts-pair/1';

export const splits = ['train', 'validation'] as const;
export type Split = (typeof splits)[number];

/** What a row says beyond its example's history: where it stands in the release. */
export type Placement = {
  readonly subject: string;
  readonly group: string;
  readonly identity: string;
  readonly split: Split;
};

/**
 * The side of a group: the first 52 bits of SHA-256(salt ‖ "\n" ‖ group), as a fraction of 1, below the train share or
 * not. A group stays where it is when others come or go.
 */
export function splitOf(group: string, split: Rules['split']): Split {
  const fraction = Number.parseInt(sha256Hex(`${split.salt}\n${group}`).slice(0, 13), 16) / 2 ** 52;
  return fraction < split.trainShare ? 'train' : 'validation';
}

/** Everything the row of an accepted example says. On the wire it is one line of RFC 8785 JSON. */
export function rowOf(question: JsonObject, accepted: Accepted, rules: Rules, placement: Placement): JsonObject {
  const { approved, end } = accepted;
  const id = textAt(question, 'id', 'question');
  return {
    _cts: { end, id, leaf: approved.index, subj: placement.subject },
    v: rowVersion,
    id,
    split: placement.split,
    group: placement.group,
    identity: placement.identity,
    track: accepted.track,
    ...copied(question, ['kind', 'language', 'dimensions', 'source', 'licence']),
    prompt: messages(promptOf(rules, question)),
    completion: reply(accepted.text),
    question: { ...question },
    signals: {
      by: approved.by,
      demo: accepted.demo,
      edited: accepted.edits.length > 0,
      model: accepted.trace.model,
      round: approved.round,
      scores: scoresByCriterion(accepted.scores.map((one) => one.scores)),
      strikes: accepted.strikes,
    },
  };
}

/**
 * The preference pairs an example's history gives: the edited text over the one before the edits, and the approved text
 * over what reviewers had turned down in earlier rounds. Pairs of equal texts are none.
 */
export function pairsOf(question: JsonObject, accepted: Accepted, rules: Rules, placement: Placement): JsonObject[] {
  const { by } = accepted.approved;
  const edited = by === 'reviewers' ? 'edited' : `${by}-edited`;
  const rejected = [
    ...accepted.failed.map((trace) => ({ trace, reason: 'later-round' })),
    ...(accepted.edits.length > 0 ? [{ trace: accepted.trace, reason: edited }] : []),
  ].filter((one) => one.trace.text !== accepted.text);
  const id = textAt(question, 'id', 'question');
  return rejected.map(({ trace, reason }) => ({
    _cts: { id, leaf: accepted.approved.index, rejected: trace.index, subj: placement.subject },
    v: pairVersion,
    id: `${id}/${trace.round}`,
    split: placement.split,
    group: placement.group,
    reason,
    ...copied(question, ['kind', 'language', 'dimensions']),
    prompt: messages(promptOf(rules, question)),
    chosen: reply(accepted.text),
    rejected: reply(trace.text),
  }));
}

function copied(question: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.flatMap((key) => (question[key] === undefined ? [] : [[key, question[key]]])));
}

function messages(list: readonly Message[]): JsonValue[] {
  return list.map(({ role, content }) => ({ role, content }));
}

function reply(text: string): JsonValue[] {
  return [{ role: 'assistant', content: text }];
}

/** The scores of each criterion, in the order of whoever gave them. */
function scoresByCriterion(all: readonly Scores[]): { [criterion: string]: JsonValue } {
  const byCriterion: { [criterion: string]: JsonValue[] } = {};
  for (const scores of all)
    for (const [criterion, score] of Object.entries(scores)) {
      const list = byCriterion[criterion] ?? [];
      byCriterion[criterion] = list;
      list.push(score);
    }
  return byCriterion;
}
