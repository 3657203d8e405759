import { messageOf } from '../../core/error.ts';
import { decodeStatement } from '../../ledger/attestations/statement.ts';
import { sameBytes } from '../../ledger/bytes.ts';
import { erasureType } from '../../ledger/event-types.ts';
import { opensCommitment } from '../../ledger/leaves/commitment.ts';
import { type ChainEnd, decodeLeaf, linkFault } from '../../ledger/leaves/leaf.ts';
import type { StoredEvent } from '../../ledger/stored-event.ts';
import { leafHash } from '../../ledger/tree/tree.ts';
import type { KeyRing } from '../../verify/chains/keys.ts';
import type { LeafHashes } from '../../verify/chains/leaf-hashes.ts';
import { asObject, textAt } from '../../verify/fields.ts';
import type { ChainEvent } from '../../verify/replay/history.ts';

export type AuditedChain = {
  /** The events whose envelopes are authentic. */
  readonly events: ChainEvent[];
  readonly findings: { readonly seq: number; readonly problem: string }[];
  /** Events that had no place in the log yet when the audit began. */
  readonly pending: number;
};

/** Compares the event rows of one chain with the log and with themselves: leaf, commitment, signature, links, columns. */
export async function auditChain(
  chain: readonly StoredEvent[],
  log: { readonly hashes: LeafHashes; readonly size: number },
  keys: KeyRing,
): Promise<AuditedChain> {
  const events: ChainEvent[] = [];
  const findings: AuditedChain['findings'] = [];
  let end: ChainEnd | undefined;
  let pending = 0;
  const erased = chain.at(-1)?.type === erasureType;
  for (const row of chain) {
    const fail = (problem: string): number => findings.push({ seq: row.seq, problem: `event ${row.type}: ${problem}` });
    try {
      const leaf = decodeLeaf(row.leaf);
      const hash = leafHash(row.leaf);
      const gap = linkFault(leaf, end);
      if (gap !== undefined) fail(gap);
      end = { seq: leaf.seq, hash };
      if (row.index === undefined || row.index >= log.size) pending++;
      else if (!(await isLogged(log.hashes, row.index, hash))) fail(`the log holds another leaf at ${row.index}`);
      if (row.opening === undefined) {
        if (!erased) fail('the key of its contents is gone, and no erasure was recorded');
        continue;
      }
      const { envelope, salt } = row.opening;
      if (!opensCommitment(leaf.cmt, envelope, salt))
        fail('its envelope was altered: it is not the one that its leaf commits to');
      const index = row.index ?? Number.MAX_SAFE_INTEGER; // it waits for its place: the newest key counts
      const { predicate } = decodeStatement(keys.open(envelope, index).payload);
      const event = {
        index,
        seq: leaf.seq,
        type: textAt(predicate, 'type', 'the envelope'),
        time: textAt(predicate, 'time', 'the envelope'),
        actor: textAt(predicate, 'actor', 'the envelope'),
        data: asObject(predicate.data, 'the data'),
      };
      const columns = [row.type, row.time.toISOString(), row.actor, row.subject, row.seq];
      const signed = [event.type, event.time, event.actor, predicate.subject, leaf.seq];
      const inLeaf = [leaf.type, leaf.time, event.actor, leaf.subj, leaf.seq];
      if (columns.join() !== signed.join() || signed.join() !== inLeaf.join())
        fail('row, leaf and envelope tell of different events');
      events.push(event);
    } catch (error) {
      fail(messageOf(error));
    }
  }
  return { events, findings, pending };
}

async function isLogged(log: LeafHashes, index: number, hash: Uint8Array): Promise<boolean> {
  const logged = await log.at(index);
  return logged !== undefined && sameBytes(logged, hash);
}
