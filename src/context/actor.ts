import { z } from 'zod';
import { AppError } from '../core/error.ts';
import { roles } from '../core/roles.ts';

export const Role = z.enum(roles);
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

/** Throws `forbidden` unless the actor holds one of the roles. */
export function requireRole(actor: Actor, ...allowed: Role[]): void {
  if (!actor.roles.some((role) => allowed.includes(role)))
    throw new AppError('forbidden', `${actor.name} may not do this: it needs the role ${allowed.join(' or ')}.`);
}
