export type Rule = 'range' | 'mean-of-parts' | 'macro-average' | 'granularity' | 'rank' | 'best' | 'rounding';

export type CellRef = { row: string; column: string; printed: string };

/** One place where the printed numbers cannot all be right; a notice is worth knowing but proves nothing. */
export type Finding = { rule: Rule; severity: 'finding' | 'notice'; cells: CellRef[]; message: string };

/** What a rule looked at: how many cells or rows it checked, and how many it could not. */
export type Tally = { rule: Rule; what: string; checked: number; passed: number; skipped: number };

export type RuleResult = { findings: Finding[]; tallies: Tally[] };
