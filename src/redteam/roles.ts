import type { Role } from '../context/actor.ts';

/** Who imports probes and labels, and starts the long work of the red team. */
export const runners: Role[] = ['red-teamer', 'engineer'];
/** Who may read attacks and what models replied to them. */
export const readersOfAttacks: Role[] = ['red-teamer', 'auditor', 'engineer'];
/** Who may read figures: campaigns, judges and reports without texts. */
export const readers: Role[] = ['engineer', 'red-teamer', 'steward', 'release-approver', 'auditor'];
