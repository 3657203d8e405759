import { AppError } from '../../core/error.ts';
import { fullWidth, homoglyphs, leetspeak, spaced, zeroWidth } from './disguises.ts';
import { base64, hex, reversed, rot13 } from './encodings.ts';
import type { Transformation } from './transformation.ts';

const encodings = [base64, hex, rot13, reversed];
const disguises = [leetspeak, homoglyphs, fullWidth, zeroWidth, spaced];

/** Every transformation that needs no model. */
export const transformations: readonly Transformation[] = [...encodings, ...disguises];

/** True where a reader cannot take the text in at sight and must be told in which form it is written. */
export function needsCarrier(one: Transformation): boolean {
  return encodings.includes(one);
}

/** The transformation of this code; `invalid_input` where there is none. */
export function transformationOf(code: string): Transformation {
  const found = transformations.find((one) => one.code === code);
  if (found === undefined)
    throw new AppError(
      'invalid_input',
      `There is no transformation "${code}"; choose from ${transformations.map((one) => one.code).join(', ')}.`,
    );
  return found;
}
