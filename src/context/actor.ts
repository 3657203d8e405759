import { z } from 'zod';
import { AppError } from '../core/error.ts';

export const Role = z.enum([
  'reviewer',
  'ethics-reviewer',
  'adjudicator',
  'panel-member',
  'panel-chair',
  'steward',
  'release-approver',
  'auditor',
  'privacy-officer',
  'red-teamer',
  'engineer',
  'application',
  'admin',
]);
export type Role = z.infer<typeof Role>;

/** Who asks: an account with its roles. */
export type Actor = {
  id: string;
  name: string;
  roles: readonly Role[];
  /** session: a person in a browser · token: a program with that person's API token · system (or absent): this program. */
  via?: 'session' | 'token' | 'system';
  /** The session of `via: 'session'`. */
  session?: { id: string; since: Date };
};

/** Roles that one account may not hold together (separation of duties). */
const exclusive: [Role, Role][] = [
  ['steward', 'release-approver'],
  ['admin', 'reviewer'],
  ['admin', 'ethics-reviewer'],
  ['admin', 'adjudicator'],
  ['admin', 'panel-member'],
  ['admin', 'panel-chair'],
  ['admin', 'release-approver'],
];

/** The first forbidden pair among the roles, if any. */
export function conflictingRoles(roles: readonly Role[]): [Role, Role] | undefined {
  return exclusive.find(([a, b]) => roles.includes(a) && roles.includes(b));
}

/** True for a role that signs: whoever administers accounts must not hold it, nor act in its holder's name. */
export function adminMayNotBe(role: Role): boolean {
  return conflictingRoles(['admin', role]) !== undefined;
}

/** Throws `forbidden` unless the actor holds one of the roles. */
export function requireRole(actor: Actor, ...allowed: Role[]): void {
  if (!actor.roles.some((role) => allowed.includes(role)))
    throw new AppError('forbidden', `${actor.name} may not do this: it needs the role ${allowed.join(' or ')}.`);
}
