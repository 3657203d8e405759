import { AppError, type ErrorDetails } from '../../core/error.ts';
import { SkipReason } from '../schema.ts';

/** A record, a line or a cell longer than this ends the reading of its file: memory stays bounded whatever is fed. */
export const maxRecordBytes = 8 * 1024 * 1024;

type DamageReason = Extract<SkipReason, 'truncated' | 'too-long' | 'invalid-utf8' | 'binary' | 'corrupt'>;

type Place = { row?: number; line?: number; byte?: number };

/**
 * The error of a file that cannot be read to its end: the rows before the damage are sound, but a part of a file is
 * never imported. `what` and `remedy` are sentences without the file's name and place, which are added by `damagedFile`.
 */
export function damage(reason: DamageReason, what: string, remedy: string, place: Place = {}): AppError {
  return new AppError('invalid_input', what, { details: { damage: reason, what, remedy, ...place } });
}

export type Damage = { reason: DamageReason; what: string; remedy: string; row?: number; line?: number; byte?: number };

/** What is damaged, when an error says that a file is; undefined for every other error. */
export function damageOf(error: unknown): Damage | undefined {
  if (!(error instanceof AppError)) return undefined;
  const { damage: reason, what, remedy, row, line, byte } = error.details;
  const known = SkipReason.safeParse(reason);
  if (!known.success || typeof what !== 'string' || typeof remedy !== 'string') return undefined;
  return {
    reason: known.data as DamageReason, // only damage() writes this detail, and only these reasons
    what,
    remedy,
    ...(typeof row === 'number' ? { row } : {}),
    ...(typeof line === 'number' ? { line } : {}),
    ...(typeof byte === 'number' ? { byte } : {}),
  };
}

/** The same damage as an error for people: file, row, line, what is wrong, that nothing was imported, what to do. */
export function damagedFile(file: string, found: Damage): AppError {
  const { reason, what, remedy, row, line, byte } = found;
  const places = [
    row === undefined ? '' : `row ${row}`,
    line === undefined ? '' : `line ${line}`,
    byte === undefined ? '' : `byte ${byte}`,
  ].filter((place) => place !== '');
  const where = places.length === 0 ? '' : ` at ${places.join(', ')}`;
  const details: ErrorDetails = { file, damage: reason, what, remedy };
  for (const [key, value] of Object.entries({ row, line, byte })) if (value !== undefined) details[key] = value;
  return new AppError('invalid_input', `${file}: ${what}${where}. Nothing of this file was imported. ${remedy}`, {
    details,
  });
}
