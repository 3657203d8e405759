import { AppError, messageOf } from '../core/error.ts';
import { type ChainEnd, linkFault } from '../ledger/leaf.ts';
import type { ChainEvent } from './history.ts';
import type { KeyRing } from './keys.ts';
import type { LeafHashes } from './leaf-hashes.ts';
import type { Line } from './lines.ts';
import { type Checked, checkOpening, type Opening, parseOpening } from './opening.ts';
import type { CheckId } from './problem.ts';

export type Fault = { readonly check: CheckId; readonly place: string; readonly problem: string };

/** The opened events of one chain, in order, and all that does not fit. */
export type CheckedChain = {
  readonly events: ChainEvent[];
  readonly faults: Fault[];
  /** Leaves whose envelopes the export does not hold. */
  readonly unopened: readonly Opening[];
};

/** Lines of provenance/openings.jsonl that follow each other and belong to one chain. */
export type OpeningGroup = {
  readonly subject: string;
  readonly openings: Opening[];
  /** Lines among them that cannot be read. */
  readonly broken: Fault[];
};

/** The groups of an openings file. A line that cannot be read goes to the chain it seems to belong to. */
export async function* openingGroups(lines: AsyncIterable<Line>): AsyncGenerator<OpeningGroup> {
  let group: OpeningGroup | undefined;
  for await (const line of lines) {
    const read = readOpening(line);
    const subject = 'leaf' in read ? read.leaf.subj : (hintOf(line) ?? group?.subject ?? '');
    if (group !== undefined && subject !== group.subject) yield group;
    if (group?.subject !== subject) group = { subject, openings: [], broken: [] };
    if ('leaf' in read) group.openings.push(read);
    else group.broken.push(read);
  }
  if (group !== undefined) yield group;
}

function readOpening({ number, bytes }: Line): Opening | Fault {
  try {
    return parseOpening(bytes, number);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { check: 'V6', place: `${openingsPlace} ${number}`, problem: messageOf(error) };
  }
}

/** The subject that a damaged line's leaf still shows, if any. */
function hintOf({ bytes }: Line): string | undefined {
  const leaf = /"leaf":"((?:[^"\\]|\\.)*)/.exec(bytes.toString('latin1'))?.[1]?.replaceAll(/\\(u.{4}|.)/g, '') ?? '';
  return /"subj":"([0-9a-f-]{36})"/.exec(Buffer.from(leaf, 'base64').toString('latin1'))?.[1];
}

const openingsPlace = 'provenance/openings.jsonl, line';

/** Checks every opening of a chain and that they are linked without a gap from its first event on. */
export async function checkChain(
  { openings, broken }: OpeningGroup,
  log: LeafHashes,
  keys: KeyRing,
): Promise<CheckedChain> {
  const checked = await Promise.all(openings.map((opening) => checkOpening(opening, log, keys)));
  return joined(openings, checked, broken);
}

/** As `checkChain`, one opening after the other: events of the system chain decide which keys count for later ones. */
export async function checkSystemChain(
  { openings, broken }: OpeningGroup,
  log: LeafHashes,
  keys: KeyRing,
): Promise<CheckedChain> {
  const checked: Checked[] = [];
  for (const opening of openings) {
    const one = await checkOpening(opening, log, keys);
    if (one.event?.type === 'key.rotated') keys.rotate(one.event);
    checked.push(one);
  }
  return joined(openings, checked, broken);
}

function joined(openings: readonly Opening[], checked: readonly Checked[], broken: readonly Fault[]): CheckedChain {
  const events: ChainEvent[] = [];
  const faults: Fault[] = [...broken];
  const unopened: Opening[] = [];
  let end: ChainEnd | undefined;
  let index = -1;
  for (const [i, opening] of openings.entries()) {
    const place = `${openingsPlace} ${opening.line}`;
    const { event, fault } = checked[i] ?? {};
    if (fault !== undefined) faults.push({ ...fault, place });
    const gap = linkFault(opening.leaf, end);
    if (gap !== undefined)
      faults.push({ check: 'V9', place, problem: `the history has a gap or is out of order: ${gap}` });
    if (opening.index <= index) faults.push({ check: 'V9', place, problem: 'the positions in the log do not rise' });
    if (event !== undefined) events.push(event);
    else if (opening.opened === undefined) unopened.push(opening);
    end = { seq: opening.leaf.seq, hash: opening.hash };
    index = opening.index;
  }
  return { events, faults, unopened };
}
