import { Account, TokenReply } from '../../accounts/schema.ts';
import type { Role } from '../../context/actor.ts';
import { AppError } from '../../core/error.ts';
import type { Client } from '../client.ts';

const credential = 'Demonstration only: no credential was checked, because nobody stands behind this name.';

const people: { id: string; name: string; roles: Role[] }[] = [
  ...['a', 'b', 'c'].map((letter) => ({
    id: `demo-reviewer-${letter}`,
    name: `Demo Reviewer ${letter.toUpperCase()} (illustrative)`,
    roles: ['reviewer', 'ethics-reviewer'] satisfies Role[],
  })),
  { id: 'demo-adjudicator', name: 'Demo Adjudicator (illustrative)', roles: ['adjudicator'] },
  { id: 'demo-panel-1', name: 'Demo Panel Chair (illustrative)', roles: ['panel-member', 'panel-chair'] },
  { id: 'demo-panel-2', name: 'Demo Panel Member 2 (illustrative)', roles: ['panel-member'] },
  { id: 'demo-panel-3', name: 'Demo Panel Member 3 (illustrative)', roles: ['panel-member'] },
  { id: 'demo-steward', name: 'Demo Data Steward (illustrative)', roles: ['steward', 'auditor'] },
  { id: 'demo-approver', name: 'Demo Release Approver (illustrative)', roles: ['release-approver'] },
];

/** Enrols the demonstration's people, each marked as demo; those enrolled before are left alone. */
export async function enrolPeople(client: Client): Promise<void> {
  for (const person of people)
    try {
      await client.post(Account, '/v1/accounts', { ...person, credential, demo: true });
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'conflict')) throw error;
    }
}

/** A client that acts as the demonstration's release approver. */
export async function asApprover(client: Client): Promise<Client> {
  const { token } = await client.post(TokenReply, '/v1/accounts/demo-approver/tokens', { label: 'demonstration' });
  return client.withToken(token);
}
