import { AppError, messageOf } from '../core/error.ts';
import { type CheckId, checkNames } from './problem.ts';
import { isUnsupported } from './replay/rules.ts';

/** Something that does not fit. `record` is the id of the row it concerns, where it concerns one. */
export type Finding = {
  readonly check: CheckId;
  readonly record?: string;
  /** The file, and the line or leaf in it. */
  readonly place: string;
  readonly problem: string;
};

/** passed · failed: something was altered or breaks a rule · incomplete: it could not be shown · not-run: an earlier failure prevents it. */
export type CheckResult = 'passed' | 'failed' | 'incomplete' | 'not-run';

export type CheckReport = {
  readonly id: CheckId;
  readonly name: string;
  readonly result: CheckResult;
  /** All of them, also those that are not listed. */
  readonly findings: number;
};

export type Verdict = {
  readonly result: 'passed' | 'failed' | 'incomplete';
  /** 0 passed, 1 failed, 3 incomplete. */
  readonly exitCode: 0 | 1 | 3;
  /** The first record, in the order of the release, that fails. */
  readonly first?: Finding;
  readonly checks: CheckReport[];
  /** At most `listedFindings`, failures before what is incomplete. */
  readonly findings: Finding[];
  /** What a reader must know to judge a verdict rightly. */
  readonly notes: string[];
};

const listedFindings = 100;

export type Collector = {
  fail(finding: Finding): void;
  incomplete(finding: Finding): void;
  note(text: string): void;
  notRun(...checks: CheckId[]): void;
  /** Runs work; an error of a check becomes its failure and gives undefined. */
  attempt<T>(check: CheckId, place: string, work: () => T | Promise<T>): Promise<T | undefined>;
  failed(check: CheckId): boolean;
  verdict(): Verdict;
};

/** Thrown by a collector that was told to stop at the first failure. */
class Stopped extends Error {}

/** True if this error only says that the collector stopped. */
export function isStop(error: unknown): boolean {
  return error instanceof Stopped;
}

/** A collector of findings; with `stopAtFirst` the first failure ends the work by an error that `isStop` knows. */
export function createCollector(stopAtFirst = false): Collector {
  const failures: Finding[] = [];
  const open: Finding[] = [];
  const counts = new Map<CheckId, { failed: number; incomplete: number }>();
  const notRun = new Set<CheckId>();
  const notes: string[] = [];
  let first: Finding | undefined;
  const count = (check: CheckId): { failed: number; incomplete: number } => {
    const known = counts.get(check) ?? { failed: 0, incomplete: 0 };
    counts.set(check, known);
    return known;
  };
  const fail = (finding: Finding): void => {
    count(finding.check).failed++;
    if (finding.record !== undefined) first ??= finding;
    if (failures.length < listedFindings) failures.push(finding);
    if (stopAtFirst) throw new Stopped(finding.problem);
  };
  return {
    fail,
    incomplete: (finding) => {
      count(finding.check).incomplete++;
      if (open.length < listedFindings) open.push(finding);
    },
    note: (text) => {
      if (!notes.includes(text)) notes.push(text);
    },
    notRun: (...checks) => {
      for (const check of checks) notRun.add(check);
    },
    attempt: async (check, place, work) => {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof AppError) || isUnsupported(error)) throw error;
        fail({ check, place, problem: messageOf(error) });
        return undefined;
      }
    },
    failed: (check) => count(check).failed > 0,
    verdict: () => {
      const checks = (Object.keys(checkNames) as CheckId[]).map((id) => checkReport(id, count(id), notRun.has(id))); // its own keys
      const result = worst(checks);
      const named = first ?? failures[0] ?? open[0];
      return {
        result,
        exitCode: result === 'passed' ? 0 : result === 'failed' ? 1 : 3,
        ...(named === undefined || result === 'passed' ? {} : { first: named }),
        checks,
        findings: [...failures, ...open].slice(0, listedFindings),
        notes,
      };
    },
  };
}

function checkReport(id: CheckId, counts: { failed: number; incomplete: number }, notRun: boolean): CheckReport {
  const findings = counts.failed + counts.incomplete;
  const result = counts.failed > 0 ? 'failed' : notRun ? 'not-run' : counts.incomplete > 0 ? 'incomplete' : 'passed';
  return { id, name: checkNames[id], result, findings };
}

function worst(checks: readonly CheckReport[]): Verdict['result'] {
  const results = new Set(checks.map((check) => check.result));
  if (results.has('failed') || results.has('not-run')) return 'failed';
  return results.has('incomplete') ? 'incomplete' : 'passed';
}
