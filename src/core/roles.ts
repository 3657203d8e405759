/** What an account may be. */
export const roles = [
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
] as const;

export type Role = (typeof roles)[number];

/** Roles that one account may not hold together (separation of duties). */
const exclusive: readonly [Role, Role][] = [
  ['steward', 'release-approver'],
  ['admin', 'reviewer'],
  ['admin', 'ethics-reviewer'],
  ['admin', 'adjudicator'],
  ['admin', 'panel-member'],
  ['admin', 'panel-chair'],
  ['admin', 'release-approver'],
];

/** The first forbidden pair among the roles, if any. */
export function conflictingRoles(held: readonly Role[]): [Role, Role] | undefined {
  return exclusive.find(([a, b]) => held.includes(a) && held.includes(b));
}

/** True for a role that signs: whoever administers accounts must not hold it, nor act in its holder's name. */
export function adminMayNotBe(role: Role): boolean {
  return conflictingRoles(['admin', role]) !== undefined;
}
