import type { ExclusionReason } from '../schema.ts';

/** SPDX's words for "nobody knows" and for "none is given". */
const unstated = new Set(['NOASSERTION', 'NONE', 'UNKNOWN', '']);

/** Licences under which no changed copy may be passed on, and texts that are no licence at all. */
const closed = /(^|-)ND(-|$)|^(UNLICENSED|PROPRIETARY)$|all rights reserved/i;

/** Why a question may not be released under its licence; undefined if it may. Nothing stated is not a permission. */
export function licenceProblem(licence: string | undefined, allowed?: readonly string[]): ExclusionReason | undefined {
  if (licence === undefined || unstated.has(licence.trim().toUpperCase()))
    return { code: 'licence-unknown', text: 'its source states no licence' };
  if (allowed !== undefined && !allowed.includes(licence))
    return { code: 'licence-forbidden', text: `the licence ${licence} is not one of ${allowed.join(', ')}` };
  if (closed.test(licence))
    return { code: 'licence-forbidden', text: `the licence ${licence} does not allow changed copies to be passed on` };
  return undefined;
}
