/**
 * Another way of writing a text. Equal text and seed give an equal result. `undo` is the inverse: for every text that
 * `obstacle` lets through, `undo(apply(text, seed)) === text`.
 */
export type Transformation = {
  readonly code: string;
  apply(text: string, seed: number): string;
  undo(text: string): string;
  /** Why this text cannot be written so, or undefined. */
  obstacle(text: string): string | undefined;
};
