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
export type OpeningGroup = { readonly subject: string; readonly openings: readonly Opening[] };

/** The groups of an openings file; throws check_failed at the first line that is no opening. */
export async function* openingGroups(lines: AsyncIterable<Line>): AsyncGenerator<OpeningGroup> {
  let group: Opening[] = [];
  for await (const { number, bytes } of lines) {
    const opening = parseOpening(bytes, number);
    const subject = group[0]?.leaf.subj;
    if (subject !== undefined && subject !== opening.leaf.subj) {
      yield { subject, openings: group };
      group = [];
    }
    group.push(opening);
  }
  const subject = group[0]?.leaf.subj;
  if (subject !== undefined) yield { subject, openings: group };
}

/** Checks every opening of a chain and that they are linked without a gap from its first event on. */
export async function checkChain(openings: readonly Opening[], log: LeafHashes, keys: KeyRing): Promise<CheckedChain> {
  const checked = await Promise.all(openings.map((opening) => checkOpening(opening, log, keys)));
  return joined(openings, checked);
}

/** As `checkChain`, one opening after the other: events of the system chain decide which keys count for later ones. */
export async function checkSystemChain(
  openings: readonly Opening[],
  log: LeafHashes,
  keys: KeyRing,
): Promise<CheckedChain> {
  const checked: Checked[] = [];
  for (const opening of openings) {
    const one = await checkOpening(opening, log, keys);
    if (one.event?.type === 'key.rotated') keys.rotate(one.event);
    checked.push(one);
  }
  return joined(openings, checked);
}

function joined(openings: readonly Opening[], checked: readonly Checked[]): CheckedChain {
  const events: ChainEvent[] = [];
  const faults: Fault[] = [];
  const unopened: Opening[] = [];
  let end: ChainEnd | undefined;
  let index = -1;
  for (const [i, opening] of openings.entries()) {
    const place = `provenance/openings.jsonl, line ${opening.line}`;
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
