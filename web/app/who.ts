import type { Me } from '../../src/accounts/schema.ts';
import type { Role } from '../../src/core/roles.ts';
import { useApi } from './api.ts';

/** Who is signed in. Its error has status 401 where nobody is. */
export function useMe() {
  return useApi<Me>('/v1/accounts/me');
}

/** Whether somebody holds one of the roles; false while it is not known who it is. */
export function holds(me: Me | undefined, ...roles: Role[]): boolean {
  return me?.roles.some((role) => roles.includes(role)) ?? false;
}

/** Every area of the workbench, with who may open it; the order is that of the navigation. */
export const areas = [
  { path: '/work', key: 'work', roles: ['reviewer', 'ethics-reviewer'] },
  { path: '/cases', key: 'cases', roles: ['adjudicator', 'panel-member', 'panel-chair'] },
  {
    path: '/rating',
    key: 'rating',
    roles: ['reviewer', 'ethics-reviewer', 'adjudicator', 'panel-member', 'panel-chair'],
  },
  {
    path: '/quality',
    key: 'quality',
    roles: ['reviewer', 'ethics-reviewer', 'adjudicator', 'panel-chair', 'steward', 'auditor', 'engineer'],
  },
  {
    path: '/guideline',
    key: 'guideline',
    roles: ['reviewer', 'ethics-reviewer', 'adjudicator', 'panel-member', 'panel-chair', 'steward', 'auditor'],
  },
  {
    path: '/',
    key: 'pipeline',
    roles: ['engineer', 'steward', 'auditor', 'admin', 'red-teamer', 'release-approver', 'panel-chair'],
  },
  {
    path: '/releases',
    key: 'releases',
    roles: [
      'engineer',
      'steward',
      'release-approver',
      'auditor',
      'red-teamer',
      'panel-chair',
      'privacy-officer',
      'admin',
    ],
  },
  {
    path: '/training',
    key: 'training',
    roles: ['engineer', 'steward', 'auditor', 'admin', 'red-teamer', 'release-approver', 'panel-chair'],
  },
  {
    path: '/models',
    key: 'models',
    roles: ['engineer', 'steward', 'release-approver', 'auditor', 'red-teamer'],
  },
  {
    path: '/redteam',
    key: 'redteam',
    roles: ['engineer', 'red-teamer', 'steward', 'release-approver', 'auditor'],
  },
  {
    path: '/evaluations',
    key: 'evaluations',
    roles: ['engineer', 'red-teamer', 'steward', 'release-approver', 'auditor'],
  },
  { path: '/studies', key: 'studies', roles: ['engineer', 'steward', 'release-approver', 'auditor'] },
  {
    path: '/disagreements',
    key: 'disagreements',
    roles: ['reviewer', 'ethics-reviewer', 'adjudicator', 'panel-member', 'panel-chair'],
  },
  { path: '/people', key: 'people', roles: ['admin'] },
] as const satisfies { path: string; key: string; roles: Role[] }[];

/** The areas that somebody may open. */
export function areasOf(me: Me): (typeof areas)[number][] {
  return areas.filter((area) => holds(me, ...area.roles));
}

/** Where somebody starts: the first area that they may open, else their own account. */
export function homeOf(me: Me): string {
  return areasOf(me)[0]?.path ?? '/account';
}
