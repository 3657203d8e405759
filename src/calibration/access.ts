import type { Role } from '../context/actor.ts';

/** Who sees figures of everybody. */
export const overseers: Role[] = ['steward', 'auditor', 'engineer', 'panel-chair'];

/** Who sees figures of their own. */
export const reviewers: Role[] = ['reviewer', 'ethics-reviewer'];
