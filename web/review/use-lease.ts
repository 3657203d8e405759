import { useCallback, useEffect, useRef, useState } from 'react';
import type { Assignment } from '../../src/assignment/schema.ts';
import { leasePath, send, serverNow } from './requests.ts';

const everyMs = 60_000;

/** Whether the item is still reserved for the reviewer. */
export type Lease = 'held' | 'over' | 'lost';

/**
 * Keeps the lease while the reviewer is at work, and lets it run out otherwise, so that a forgotten tab blocks nobody.
 * `isAtWork` says whether somebody is; an item that was loaded ahead (`untouched`) is reserved anew when it is opened.
 */
export function useLease(assignment: Assignment, isAtWork: () => boolean, untouched: boolean) {
  const until = useRef(Date.parse(assignment.leaseUntil));
  const left = useCallback(() => until.current - serverNow(), []);
  const [lease, setLease] = useState<Lease>(assignment.state === 'leased' && left() > 0 ? 'held' : 'over');

  const beat = useCallback(async (): Promise<void> => {
    const reply = await send('POST', leasePath(assignment.id, 'heartbeat'));
    if (reply.status === 200) {
      until.current = Date.parse((reply.body as Assignment).leaseUntil); // the route parses its reply with this schema
      setLease('held');
    } else if (reply.status === 409) setLease('lost');
  }, [assignment.id]);

  const begins = useRef(assignment.state === 'leased' && (left() > 0 || untouched));
  useEffect(() => {
    if (begins.current) void beat();
  }, [beat]);

  useEffect(() => {
    const check = setInterval(() => {
      if (left() <= 0) setLease((now) => (now === 'held' ? 'over' : now));
    }, 1000);
    const keep = setInterval(() => {
      if (isAtWork() && left() > 0) void beat();
    }, everyMs);
    return () => {
      clearInterval(check);
      clearInterval(keep);
    };
  }, [beat, isAtWork, left]);

  return { lease, left, takeAgain: beat };
}
