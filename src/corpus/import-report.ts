import type { Stored } from './actions.ts';
import type { CorpusFile, CorpusRow } from './formats/read.ts';
import { type ImportCounts, type ImportedFile, type ImportReport, listedSkips } from './schema.ts';

const listedNotes = 50;

function noCounts(): ImportCounts {
  return { rows: 0, imported: 0, duplicates: 0, skipped: 0, joined: 0, unjoined: 0 };
}

/** Collects what happened to every row of an import, so that nothing is dropped silently. */
export type ReportBuilder = {
  begin(file: CorpusFile, sha256: string): void;
  row(row: CorpusRow): void;
  /** Says how many of the questions read were stored; the others were in the corpus already. */
  stored(stored: Stored, offered: number): void;
  finish(file: CorpusFile): void;
  report(): ImportReport;
};

export function reportBuilder(dataset: string): ReportBuilder {
  const report: ImportReport = {
    dataset,
    formats: [],
    files: [],
    counts: noCounts(),
    skipped: [],
    skippedByReason: {},
    notes: [],
  };
  let current: ImportedFile | undefined;
  const add = (key: keyof ImportCounts, n: number): void => {
    report.counts[key] += n;
    if (current !== undefined) current[key] += n;
  };
  const note = (text: string): void => {
    if (current !== undefined && current.notes.length < listedNotes) current.notes.push(text);
  };
  return {
    begin: (file, sha256) => {
      current = { path: file.named, sha256, format: file.format, role: file.role, ...noCounts(), notes: [] };
      report.files.push(current);
      if (!report.formats.includes(file.format)) report.formats.push(file.format);
    },
    row: (row) => {
      add('rows', 1);
      if ('companion' in row) add(row.joined ? 'joined' : 'unjoined', 1);
      if (!('skipped' in row)) return;
      add('skipped', 1);
      report.skippedByReason[row.skipped] = (report.skippedByReason[row.skipped] ?? 0) + 1;
      if (report.skipped.length < listedSkips)
        report.skipped.push({
          file: current?.path ?? '',
          row: row.row,
          ...(row.line === undefined ? {} : { line: row.line }),
          reason: row.skipped,
          detail: row.detail,
        });
    },
    stored: ({ imported, taken, contradicting }, offered) => {
      add('imported', imported);
      add('duplicates', offered - imported);
      for (const id of taken)
        note(
          `The id "${id}" belongs to another question already; the one in this file was not imported. Give it an id of its own.`,
        );
      for (const id of contradicting)
        note(`The question "${id}" is in the corpus already with another answer; the first one stands.`);
    },
    finish: (file) => current?.notes.push(...file.notes()),
    report: () => report,
  };
}
