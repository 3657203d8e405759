import { asText, flagAt, listAt, textAt } from '../fields.ts';
import type { ChainEvent } from './history.ts';

export type Person = { readonly roles: readonly string[]; readonly credentialed: boolean; readonly demo: boolean };

/** Who was enrolled, with which roles, at which position of the log. */
export type People = {
  /** The person as enrolled before that leaf; undefined if they were not, or were revoked before it. */
  at(account: string, index: number): Person | undefined;
};

/** True for the events that people follow from. */
export function isEnrolment({ type }: ChainEvent): boolean {
  return type === 'reviewer.enrolled' || type === 'reviewer.revoked';
}

/**
 * The people of the system chain's events. Positions in the log decide, not clocks: an enrolment counts for leaves
 * behind it, a revocation ends it.
 */
export function readPeople(events: readonly ChainEvent[]): People {
  const changes = new Map<string, { index: number; person?: Person }[]>();
  for (const event of events) {
    if (!isEnrolment(event)) continue;
    const where = `leaf ${event.index} (${event.type})`;
    const account = textAt(event.data, 'account', where);
    const known = changes.get(account) ?? [];
    changes.set(account, known);
    if (event.type === 'reviewer.revoked') known.push({ index: event.index });
    else
      known.push({
        index: event.index,
        person: {
          roles: listAt(event.data, 'roles', where, asText),
          credentialed: flagAt(event.data, 'credentialed', where),
          demo: flagAt(event.data, 'demo', where),
        },
      });
  }
  return { at: (account, index) => changes.get(account)?.findLast((change) => change.index < index)?.person };
}
