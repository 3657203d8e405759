import {
  type ImportCounts,
  type ImportedFile,
  type ImportReport,
  listedSkips,
  type SkippedRow,
  type SkipReason,
} from '../schema.ts';

/** What became of one row. */
export type RowOutcome = 'imported' | 'duplicates' | 'joined' | 'unjoined' | Omit<SkippedRow, 'file'>;

/** Counts rows into an import's report; memory does not grow with the rows. */
export type ImportTally = {
  row: (outcome: RowOutcome) => void;
  /** Ends a file: its counts since the last one ended go into the report. */
  endFile: (file: Pick<ImportedFile, 'path' | 'sha256' | 'format' | 'role' | 'notes'>) => void;
  report: () => ImportReport;
};

function noCounts(): ImportCounts {
  return { rows: 0, imported: 0, duplicates: 0, skipped: 0, joined: 0, unjoined: 0 };
}

/** A tally for the files of one import, fed file by file. */
export function importTally(dataset: string): ImportTally {
  const files: ImportedFile[] = [];
  const skipped: SkippedRow[] = [];
  const skippedByReason: { [Reason in SkipReason]?: number } = {};
  let counts = noCounts();
  let pending: Omit<SkippedRow, 'file'>[] = [];
  return {
    row: (outcome) => {
      counts.rows += 1;
      if (typeof outcome === 'string') counts[outcome] += 1;
      else {
        counts.skipped += 1;
        skippedByReason[outcome.reason] = (skippedByReason[outcome.reason] ?? 0) + 1;
        if (skipped.length + pending.length < listedSkips) pending.push(outcome);
      }
    },
    endFile: (file) => {
      files.push({ ...file, ...counts });
      skipped.push(...pending.map((row) => ({ file: file.path, ...row })));
      counts = noCounts();
      pending = [];
    },
    report: () => ({
      dataset,
      formats: [...new Set(files.map((file) => file.format))],
      files,
      counts: files.reduce(sum, noCounts()),
      skipped,
      skippedByReason,
      notes: unlisted(files.reduce(sum, noCounts()).skipped - skipped.length),
    }),
  };
}

function sum(total: ImportCounts, file: ImportCounts): ImportCounts {
  return {
    rows: total.rows + file.rows,
    imported: total.imported + file.imported,
    duplicates: total.duplicates + file.duplicates,
    skipped: total.skipped + file.skipped,
    joined: total.joined + file.joined,
    unjoined: total.unjoined + file.unjoined,
  };
}

function unlisted(rows: number): string[] {
  return rows > 0 ? [`${rows} more skipped rows are counted by reason and not listed.`] : [];
}
