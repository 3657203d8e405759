import type { JsonValue } from '../../core/canonical-json.ts';
import { AppError } from '../../core/error.ts';
import type { TraceEdit } from '../../core/trace.ts';
import { asObject, integerAt, type JsonObject, listAt, objectAt, optionalTextAt, textAt } from '../fields.ts';

/** One event of a chain, opened: where its leaf stands, and what its envelope says. */
export type ChainEvent = {
  readonly index: number;
  readonly seq: number;
  readonly type: string;
  readonly time: string;
  readonly actor: string;
  readonly data: JsonObject;
};

type At = Pick<ChainEvent, 'index' | 'time' | 'actor'>;

/** What a person did; `importedBy` names whoever recorded it, where that was somebody else. */
type ByPerson = At & { readonly importedBy?: string };

export type Scores = { readonly [criterion: string]: number };

export type Imported = At & { readonly question: string; readonly sha256: string; readonly kind: string };

export type Generated = At & {
  readonly trace: string;
  readonly round: number;
  readonly text: string;
  readonly sha256: string;
  readonly model: string;
};

export type SignedEdit = TraceEdit & { readonly reason: string; readonly note?: string };

export type Mark = {
  readonly mark: string;
  readonly position: number;
  readonly error?: string;
  readonly severity?: string;
};

export type Reviewed = ByPerson & {
  readonly id: string;
  readonly trace: string;
  readonly round: number;
  readonly reviewer: string;
  readonly rubricVersion: string;
  readonly scores: Scores;
  readonly marks: readonly Mark[];
  readonly violations: readonly { readonly dimension: string; readonly severity: string }[];
  readonly edits: readonly SignedEdit[];
  readonly verdict: string;
  readonly resultSha256?: string;
  readonly editedScores?: Scores;
  readonly comment?: string;
};

export type Confirmed = ByPerson & {
  readonly review: string;
  readonly reviewer: string;
  readonly resultSha256: string;
  readonly scores: Scores;
};

export type Vote = ByPerson & {
  readonly case: string;
  readonly ballot: number;
  readonly member: string;
  readonly vote: string;
};

export type Adjudicated = ByPerson & {
  readonly case: string;
  readonly trace: string;
  readonly decision: string;
  readonly edits: readonly SignedEdit[];
  readonly scores: Scores;
  readonly chair: string;
  readonly rationale: string;
  readonly resultSha256?: string;
};

export type Decided = At & {
  readonly seq: number;
  readonly outcome: 'approved' | 'rejected' | 'withdrawn';
  readonly round: number;
  readonly by: string;
  readonly trace: string;
  readonly resultSha256: string;
  readonly review?: string;
  readonly case?: string;
};

/** What happened to one example, in the order of the log. */
export type History = {
  readonly imported: Imported;
  readonly generated: readonly Generated[];
  readonly reviews: readonly Reviewed[];
  readonly confirmations: readonly Confirmed[];
  readonly strikes: readonly (At & { readonly round: number; readonly consecutive: number })[];
  /** `board` is who decides: `panel`, or `adjudicator` for one person. */
  readonly cases: readonly (At & { readonly case: string; readonly board: string; readonly trigger: string })[];
  readonly votes: readonly Vote[];
  readonly adjudications: readonly Adjudicated[];
  readonly decisions: readonly Decided[];
  readonly erased: readonly At[];
};

type Reader<T> = (data: JsonObject, event: ChainEvent, where: string) => T;

/** The events of an example's chain by kind; throws check_failed for one that lacks a field, naming the leaf. */
export function readHistory(events: readonly ChainEvent[]): History {
  const [first] = events;
  if (first?.type !== 'case.imported')
    throw new AppError('check_failed', 'the chain does not begin with the import of its question');
  const all = <T>(type: string, read: Reader<T>): T[] =>
    events.filter((event) => event.type === type).map((event) => read(event.data, event, placeOf(event)));
  const decided = (outcome: Decided['outcome']): Decided[] =>
    all(`example.${outcome}`, (data, event, where) => readDecision(data, event, where, outcome));
  return {
    imported: readImport(first.data, first, placeOf(first)),
    generated: all('generation.recorded', readGeneration),
    reviews: all('review.signed', readReview),
    confirmations: all('edit.signed', readConfirmation),
    strikes: all('strike.recorded', (data, event, where) => ({
      ...at(event),
      round: integerAt(data, 'round', where),
      consecutive: integerAt(data, 'consecutiveStrikes', where),
    })),
    cases: all('panel.opened', (data, event, where) => ({
      ...at(event),
      case: textAt(data, 'case', where),
      board: optionalTextAt(data, 'board', where) ?? 'panel',
      trigger: textAt(data, 'trigger', where),
    })),
    votes: all('vote.signed', readVote),
    adjudications: all('adjudication.signed', readAdjudication),
    decisions: [...decided('approved'), ...decided('rejected'), ...decided('withdrawn')].sort((a, b) => a.seq - b.seq),
    erased: all('erasure.executed', (_, event) => at(event)),
  };
}

function placeOf(event: ChainEvent): string {
  return `leaf ${event.index} (${event.type})`;
}

function at({ index, time, actor }: ChainEvent): At {
  return { index, time, actor };
}

function readImport(data: JsonObject, event: ChainEvent, where: string): Imported {
  return {
    ...at(event),
    question: textAt(data, 'question', where),
    sha256: textAt(data, 'sha256', where),
    kind: textAt(data, 'kind', where),
  };
}

function readGeneration(data: JsonObject, event: ChainEvent, where: string): Generated {
  return {
    ...at(event),
    trace: textAt(data, 'trace', where),
    round: integerAt(data, 'round', where),
    text: textAt(data, 'text', where),
    sha256: textAt(data, 'sha256', where),
    model: textAt(data, 'model', where),
  };
}

function readReview(data: JsonObject, event: ChainEvent, where: string): Reviewed {
  const optional = {
    resultSha256: optionalTextAt(data, 'resultSha256', where),
    comment: optionalTextAt(data, 'comment', where),
    editedScores: data.editedScores === undefined ? undefined : scoresAt(data, 'editedScores', where),
  };
  return {
    ...at(event),
    id: textAt(data, 'id', where),
    trace: textAt(data, 'traceId', where),
    round: integerAt(data, 'round', where),
    reviewer: textAt(data, 'reviewer', where),
    rubricVersion: textAt(data, 'rubricVersion', where),
    scores: scoresAt(data, 'scores', where),
    marks: listAt(data, 'steps', where, readMark),
    violations: listAt(data, 'violations', where, (item, place) => {
      const violation = asObject(item, place);
      return { dimension: textAt(violation, 'dimension', place), severity: textAt(violation, 'severity', place) };
    }),
    edits: listAt(data, 'edits', where, readEdit),
    verdict: textAt(data, 'verdict', where),
    ...importedBy(data, where),
    ...present(optional),
  };
}

function importedBy(data: JsonObject, where: string): { importedBy?: string } {
  const name = optionalTextAt(data, 'importedBy', where);
  return name === undefined ? {} : { importedBy: name };
}

function readConfirmation(data: JsonObject, event: ChainEvent, where: string): Confirmed {
  return {
    ...at(event),
    review: textAt(data, 'reviewId', where),
    reviewer: textAt(data, 'reviewer', where),
    resultSha256: textAt(data, 'resultSha256', where),
    scores: scoresAt(data, 'scores', where),
    ...importedBy(data, where),
  };
}

function readVote(data: JsonObject, event: ChainEvent, where: string): Vote {
  return {
    ...at(event),
    case: textAt(data, 'case', where),
    ballot: integerAt(data, 'ballot', where),
    member: textAt(data, 'member', where),
    vote: textAt(data, 'vote', where),
    ...importedBy(data, where),
  };
}

function readAdjudication(data: JsonObject, event: ChainEvent, where: string): Adjudicated {
  return {
    ...at(event),
    case: textAt(data, 'case', where),
    trace: textAt(data, 'trace', where),
    decision: textAt(data, 'decision', where),
    edits: listAt(data, 'edits', where, readEdit),
    scores: scoresAt(data, 'scores', where),
    chair: textAt(data, 'chair', where),
    rationale: textAt(data, 'rationale', where),
    ...importedBy(data, where),
    ...present({ resultSha256: optionalTextAt(data, 'resultSha256', where) }),
  };
}

function readDecision(data: JsonObject, event: ChainEvent, where: string, outcome: Decided['outcome']): Decided {
  const approved = outcome === 'approved';
  return {
    ...at(event),
    seq: event.seq,
    outcome,
    round: approved ? integerAt(data, 'round', where) : 0,
    by: approved ? textAt(data, 'by', where) : '',
    trace: approved ? textAt(data, 'trace', where) : '',
    resultSha256: approved ? textAt(data, 'resultSha256', where) : '',
    ...present({ review: optionalTextAt(data, 'review', where), case: optionalTextAt(data, 'case', where) }),
  };
}

function scoresAt(data: JsonObject, key: string, where: string): Scores {
  const scores = objectAt(data, key, where);
  const read = (criterion: string): number => {
    const score = integerAt(scores, criterion, where);
    if (score < 1 || score > 5) throw new AppError('check_failed', `${where}.${criterion} is not a score from 1 to 5`);
    return score;
  };
  return Object.fromEntries(Object.keys(scores).map((criterion) => [criterion, read(criterion)]));
}

function readMark(item: JsonValue, where: string): Mark {
  const mark = asObject(item, where);
  const position = mark.step === undefined ? integerAt(mark, 'after', where) : integerAt(mark, 'step', where);
  const said = { error: optionalTextAt(mark, 'error', where), severity: optionalTextAt(mark, 'severity', where) };
  return { mark: textAt(mark, 'mark', where), position, ...present(said) };
}

function readEdit(item: JsonValue, where: string): SignedEdit {
  const edit = asObject(item, where);
  const why = { reason: textAt(edit, 'reason', where), ...present({ note: optionalTextAt(edit, 'note', where) }) };
  const op = textAt(edit, 'op', where);
  switch (op) {
    case 'replace':
      return { op, step: integerAt(edit, 'step', where), text: textAt(edit, 'text', where), ...why };
    case 'delete':
      return { op, step: integerAt(edit, 'step', where), ...why };
    case 'insert':
      return { op, after: integerAt(edit, 'after', where), text: textAt(edit, 'text', where), ...why };
    case 'answer':
      return { op, text: textAt(edit, 'text', where), ...why };
    default:
      throw new AppError('check_failed', `${where} has the unknown operation ${JSON.stringify(op)}`);
  }
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The members that are there: an absent key stays absent. */
function present<T extends object>(members: T): Present<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Present<T>; // filtered
}
