import type { FileRole, FormatName, ImportOptions, Question, SkipReason } from '../schema.ts';
import { aistFormat } from './aist.ts';
import { cmbAnswersFormat, cmbFormat } from './cmb.ts';
import { cmexamFormat } from './cmexam.ts';
import { type Container, containerRecords } from './containers.ts';
import { damagedFile, damageOf } from './damage.ts';
import { detectFormat } from './detect.ts';
import { type Companion, finishDraft, type Mapped } from './draft.ts';
import type { Format } from './format.ts';
import { healthbenchFormat } from './healthbench.ts';
import { type CompanionTable, companionTable } from './join.ts';
import { alpacaFormat, demonstrationsFormat, requestsFormat } from './med-safety-bench.ts';
import { medmcqaFormat } from './medmcqa.ts';
import { medqaFormat } from './medqa.ts';
import { medxpertqaFormat } from './medxpertqa.ts';
import { mmluFormat } from './mmlu.ts';
import { pubmedqaFormat, pubmedqaGroundTruthFormat } from './pubmedqa.ts';
import type { RecordStream } from './records.ts';
import { safemedFormat } from './safemed.ts';
import { safetybenchAnswersFormat, safetybenchFormat } from './safetybench.ts';
import { openSourceFile, type SourceFile } from './source-file.ts';
import { xstestCompletionsFormat, xstestPromptsFormat } from './xstest.ts';

const formats: { [Name in FormatName]: Format } = {
  safemed: safemedFormat,
  medqa: medqaFormat,
  aist: aistFormat,
  cmexam: cmexamFormat,
  medmcqa: medmcqaFormat,
  pubmedqa: pubmedqaFormat,
  'pubmedqa-ground-truth': pubmedqaGroundTruthFormat,
  mmlu: mmluFormat,
  'medsafetybench-demonstrations': demonstrationsFormat,
  'medsafetybench-alpaca': alpacaFormat,
  'medsafetybench-requests': requestsFormat,
  'xstest-prompts': xstestPromptsFormat,
  'xstest-completions': xstestCompletionsFormat,
  medxpertqa: medxpertqaFormat,
  cmb: cmbFormat,
  'cmb-answers': cmbAnswersFormat,
  safetybench: safetybenchFormat,
  'safetybench-answers': safetybenchAnswersFormat,
  healthbench: healthbenchFormat,
};

/** One row of a file: a question, an answer or labels for a question of another file, or why it is neither. */
export type CorpusRow = { row: number; line?: number } & (
  | { question: Question }
  | { companion: Companion; joined: boolean }
  | { skipped: SkipReason; detail: string }
);

export type CorpusFile = {
  /** Where the bytes are. */
  path: string;
  /** What people call the file: the path, or the name that was given with it. */
  named: string;
  format: FormatName;
  role: FileRole;
  /**
   * One pass over the file in its order, holding one record at a time. A damaged file ends with a skipped row that says why and
   * then with an AppError: the rows before are sound, and nothing of the file may be imported.
   */
  rows: () => AsyncGenerator<CorpusRow>;
  /** Sentences for the report; complete once the rows have been read. */
  notes: () => string[];
};

/** A file under another name than its own, as uploads are: subject, split and category are read from `named`. */
export type NamedPath = { path: string; named: string };

/**
 * The files of one import, opened and recognised, files of questions first. Answers and labels in the other files are
 * joined to the questions while these are read, so each row of those files can say whether it was.
 */
export async function openCorpusFiles(
  paths: readonly (string | NamedPath)[],
  options: ImportOptions,
): Promise<CorpusFile[]> {
  const table = companionTable();
  const opened: CorpusFile[] = [];
  for (const path of paths) {
    const file = await (typeof path === 'string' ? openSourceFile(path) : openSourceFile(path.path, path.named));
    const { format, container } = await detectFormat(file, options);
    opened.push(corpusFile(file, formats[format], { container, options, table }));
  }
  const companions = opened.filter((file) => file.role !== 'questions');
  for (const file of companions) for await (const row of file.rows()) if ('companion' in row) table.add(row.companion);
  return [...opened.filter((file) => file.role === 'questions'), ...companions];
}

type Reading = { container: Container; options: ImportOptions; table: CompanionTable };

function corpusFile(file: SourceFile, format: Format, reading: Reading): CorpusFile {
  const notes = new Set<string>();
  const records = (): RecordStream => containerRecords(file, reading.container);
  const context = { file, options: reading.options, records, note: (text: string) => void notes.add(text) };
  return {
    path: file.path,
    named: file.named,
    format: format.name,
    role: format.role,
    rows: () =>
      withDamageReported(file, async function* () {
        const map = await format.mapper(context);
        for await (const record of records()) {
          if ('skipped' in record) yield record;
          else {
            const place = { row: record.row, ...(record.line === undefined ? {} : { line: record.line }) };
            yield { ...place, ...finish(file, map(record.value), { ...reading, row: record.row }) };
          }
        }
      }),
    notes: () => [...notes],
  };
}

type Finished =
  | { question: Question }
  | { companion: Companion; joined: boolean }
  | { skipped: SkipReason; detail: string };

function finish(file: SourceFile, mapped: Mapped, { options, table, row }: Reading & { row: number }): Finished {
  if ('skipped' in mapped) return mapped;
  if ('companion' in mapped) return { companion: mapped.companion, joined: table.met(mapped.companion) };
  const question = finishDraft(mapped.draft, options, { file: file.label, row });
  return 'skipped' in question ? question : { question: table.apply(question) };
}

/** The rows, and where the file turns out to be damaged one skipped row for the damage, then the error for people. */
async function* withDamageReported(file: SourceFile, rows: () => AsyncGenerator<CorpusRow>): AsyncGenerator<CorpusRow> {
  let last = 0;
  try {
    for await (const row of rows()) {
      last = row.row;
      yield row;
    }
  } catch (error) {
    const found = damageOf(error);
    if (found === undefined) throw error;
    const row = found.row ?? last + 1;
    yield { row, ...(found.line === undefined ? {} : { line: found.line }), skipped: found.reason, detail: found.what };
    throw damagedFile(file.named, { ...found, row });
  }
}
