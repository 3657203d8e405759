import { AppError, messageOf } from '../../core/error.ts';
import { type ChainEnd, linkFault } from '../../ledger/leaves/leaf.ts';
import type { Line } from '../lines.ts';
import type { CheckId } from '../problem.ts';
import type { ChainEvent } from '../replay/history.ts';
import type { KeyRing } from './keys.ts';
import type { LeafHashes } from './leaf-hashes.ts';
import { type Checked, checkOpening, type Opening, parseOpening } from './opening.ts';

export type Fault = { readonly check: CheckId; readonly place: string; readonly problem: string };

/** The opened events of one chain, in order, and all that does not fit. */
export type CheckedChain = {
  readonly openings: readonly Opening[];
  readonly events: ChainEvent[];
  readonly faults: Fault[];
  /** Leaves whose envelopes the export does not hold. */
  readonly unopened: readonly Opening[];
};

/** Lines of provenance/openings.jsonl that follow each other and belong to one chain. */
export type OpeningGroup = { readonly subject: string; readonly lines: Line[] };

/** The groups of an openings file. A line that cannot be read goes to the chain it seems to belong to. */
export async function* openingGroups(lines: AsyncIterable<Line>): AsyncGenerator<OpeningGroup> {
  let group: OpeningGroup | undefined;
  for await (const line of lines) {
    const subject = hintOf(line) ?? group?.subject ?? '';
    if (group !== undefined && subject !== group.subject) yield group;
    if (group?.subject !== subject) group = { subject, lines: [] };
    group.lines.push(line);
  }
  if (group !== undefined) yield group;
}

const leafMember = Buffer.from('"leaf":"');

/** The subject that a line's leaf shows, at a glance, escapes passed over: nothing is checked. The leaf stands near the end of its line. */
function hintOf({ bytes }: Line): string | undefined {
  const at = bytes.lastIndexOf(leafMember);
  if (at < 0) return undefined;
  const start = at + leafMember.length;
  const text = bytes.toString('latin1', start, bytes.indexOf(0x22, start)).replaceAll(/\\(u.{4}|.)/g, '');
  const leaf = Buffer.from(text, 'base64').toString('latin1');
  return /"subj":"([0-9a-f-]{36})"/.exec(leaf)?.[1];
}

/** The openings of a group's lines, and what is wrong with those that are none of this chain. */
export function readGroup({ subject, lines }: OpeningGroup): { openings: Opening[]; broken: Fault[] } {
  const openings: Opening[] = [];
  const broken: Fault[] = [];
  for (const { number, bytes } of lines) {
    try {
      const opening = parseOpening(bytes, number);
      if (opening.leaf.subj === subject) openings.push(opening);
      else broken.push({ check: 'V6', place: `${openingsPlace} ${number}`, problem: 'its leaf is of another chain' });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      broken.push({ check: 'V6', place: `${openingsPlace} ${number}`, problem: messageOf(error) });
    }
  }
  return { openings, broken };
}

const openingsPlace = 'provenance/openings.jsonl, line';

/** Checks every opening of a chain and that they are linked without a gap from its first event on. */
export async function checkChain(group: OpeningGroup, log: LeafHashes, keys: KeyRing): Promise<CheckedChain> {
  const { openings, broken } = readGroup(group);
  const checked: Checked[] = [];
  for (const opening of openings) checked.push(await checkOpening(opening, log, keys));
  return joined(openings, checked, broken);
}

/** As `checkChain` for the system chain: its events decide which keys count for later ones. */
export async function checkSystemChain(group: OpeningGroup, log: LeafHashes, keys: KeyRing): Promise<CheckedChain> {
  const { openings, broken } = readGroup(group);
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
  return { openings, events, faults, unopened };
}
