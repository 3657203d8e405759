import type { Strength } from './extract-marker-patterns.ts';

/** One place of a reply that says something about the answer, and what it says. */
export type Candidate = {
  index: number;
  end: number;
  strength: Strength;
  rule: string;
  meaning: Meaning;
};

export type Meaning =
  | { kind: 'labels'; labels: string[] }
  | { kind: 'alternatives' }
  | { kind: 'abstains' }
  | { kind: 'conflict' };
