import { z } from 'zod';

/** Knowledge: exam or open question. Guard: risky request (or its benign twin). Ethics: dilemma or violation. */
export const QuestionKind = z.enum(['knowledge', 'guard', 'ethics']);
export type QuestionKind = z.infer<typeof QuestionKind>;

export const QuestionLanguage = z.enum(['en', 'zh', 'other']);
export type QuestionLanguage = z.infer<typeof QuestionLanguage>;

/** imported → screened → active | excluded; an excluded question may come back only through a new screening. */
export const QuestionState = z.enum(['imported', 'screened', 'active', 'excluded']);
export type QuestionState = z.infer<typeof QuestionState>;

export const FormatName = z.enum([
  'safemed',
  'medqa',
  'aist',
  'cmexam',
  'medmcqa',
  'pubmedqa',
  'pubmedqa-ground-truth',
  'mmlu',
  'medsafetybench-demonstrations',
  'medsafetybench-alpaca',
  'medsafetybench-requests',
  'xstest-prompts',
  'xstest-completions',
  'medxpertqa',
  'cmb',
  'cmb-answers',
  'safetybench',
  'safetybench-answers',
  'healthbench',
]);
export type FormatName = z.infer<typeof FormatName>;

/** What a file holds: questions, or only answers or labels that belong to questions of another file. */
export const FileRole = z.enum(['questions', 'ground-truth', 'completions']);
export type FileRole = z.infer<typeof FileRole>;

/** Things about a question that a reader must know and that are no defect of the row. */
export const QuestionFlag = z.enum([
  'missing-answer',
  'equal-options',
  'gap-in-labels',
  'conflicting-answer',
  'private-use-characters',
  'invisible-characters',
]);
export type QuestionFlag = z.infer<typeof QuestionFlag>;

export const OptionLabel = z.string().regex(/^[A-Z]$/, 'one capital letter A–Z');

const text = (max: number) => z.string().trim().min(1).max(max);

export const QuestionOption = z.strictObject({ label: OptionLabel, text: text(20_000) });
export type QuestionOption = z.infer<typeof QuestionOption>;

export const QuestionSource = z.strictObject({
  kind: z.enum(['textbook', 'standard', 'law', 'exam', 'research', 'benchmark', 'incident', 'other']),
  citation: text(2_000),
});
export type QuestionSource = z.infer<typeof QuestionSource>;

export const Provenance = z.strictObject({
  /** The file as it was named to the importer. */
  file: z.string().min(1),
  /** 1-based data row (header not counted); for keyed JSON the position in the file. */
  row: z.int().positive(),
  originalId: z.string().min(1).exactOptional(),
});
export type Provenance = z.infer<typeof Provenance>;

/**
 * One question of the corpus. `answer` holds the labels of the right options: several are allowed, and none means the
 * source gives no answer (flag `missing-answer`), which is never the same as a wrong one. Questions without options
 * have `reference` instead: the reference answer, or for guard and ethics the acceptable handling.
 */
export const Question = z
  .strictObject({
    id: z.string().min(1).max(200),
    dataset: z.string().min(1).max(100),
    kind: QuestionKind,
    language: QuestionLanguage,
    text: text(100_000),
    context: z.array(z.strictObject({ label: z.string().exactOptional(), text: text(100_000) })).exactOptional(),
    options: z.array(QuestionOption).min(2).max(10).exactOptional(),
    answer: z.array(OptionLabel),
    reference: text(100_000).exactOptional(),
    explanation: text(100_000).exactOptional(),
    dimensions: z.array(z.string().min(1).max(20)),
    specialty: z.string().min(1).max(100).exactOptional(),
    source: QuestionSource,
    licence: z.string().min(1).max(200).exactOptional(),
    group: z.string().min(1).max(200).exactOptional(),
    set: z.string().min(1).max(100).exactOptional(),
    /** Guard questions only: true for a request that looks risky and should be answered. */
    benign: z.boolean().exactOptional(),
    flags: z.array(QuestionFlag),
    /** Everything else that the source says, by its own field names; lists and objects as JSON text. */
    tags: z.record(z.string(), z.string()),
    provenance: Provenance,
  })
  .superRefine((question, check) => {
    const labels = question.options?.map((option) => option.label) ?? [];
    if (new Set(labels).size !== labels.length)
      check.addIssue({ code: 'custom', path: ['options'], message: `two options have the same label (${labels})` });
    for (const label of question.answer)
      if (!labels.includes(label))
        check.addIssue({ code: 'custom', path: ['answer'], message: `${label} is not the label of an option` });
  });
export type Question = z.infer<typeof Question>;

const oneOrMany = z.union([z.string(), z.array(z.string())]);

/**
 * One line of the project's own JSON Lines format. `answer` is a label or labels where there are options ("B", "BD",
 * ["B","D"]), else the reference text; absent, null or empty means that no answer is known. Unknown keys are kept as tags.
 */
export const QuestionLine = z.looseObject({
  id: z.string().trim().min(1).max(200).exactOptional(),
  kind: QuestionKind.exactOptional(),
  language: QuestionLanguage.exactOptional(),
  text: z.string(),
  context: z
    .array(z.union([z.string(), z.strictObject({ label: z.string().exactOptional(), text: z.string() })]))
    .exactOptional(),
  options: z.array(z.strictObject({ label: z.string(), text: z.string() })).nullish(),
  answer: oneOrMany.nullish(),
  explanation: z.string().nullish(),
  dimensions: z.array(z.string().min(1).max(20)).nullish(),
  specialty: z.string().nullish(),
  source: QuestionSource.exactOptional(),
  licence: z.string().nullish(),
  group: z.string().nullish(),
  set: z.string().nullish(),
  benign: z.boolean().nullish(),
  tags: z.record(z.string(), z.string()).exactOptional(),
});
export type QuestionLine = z.infer<typeof QuestionLine>;

export const ImportOptions = z.strictObject({
  /** The name under which the questions stand in the corpus. */
  dataset: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'small letters, digits, dots, hyphens and underscores, at most 100'),
  /** Skips detection; without it the format is told from the content. */
  format: FormatName.exactOptional(),
  /** For records that do not say what they are; a record that says so keeps its own kind. */
  kind: QuestionKind.exactOptional(),
  /** SPDX identifier, where the source states none or the user knows better. */
  licence: z.string().min(1).max(200).exactOptional(),
  /** Name of the benchmark or split that these questions belong to. */
  set: z.string().min(1).max(100).exactOptional(),
});
export type ImportOptions = z.infer<typeof ImportOptions>;

export const SkipReason = z.enum([
  'malformed-json',
  'wrong-shape',
  'wrong-columns',
  'missing-text',
  'bad-text',
  'bad-options',
  'bad-answer',
  'truncated',
  'too-long',
  'invalid-utf8',
  'binary',
  'corrupt',
]);
export type SkipReason = z.infer<typeof SkipReason>;

export const SkippedRow = z.strictObject({
  file: z.string(),
  row: z.int().positive(),
  /** 1-based physical line where the row begins, where the container has lines. */
  line: z.int().positive().exactOptional(),
  reason: SkipReason,
  detail: z.string(),
});
export type SkippedRow = z.infer<typeof SkippedRow>;

const count = z.int().nonnegative();

/** rows = imported + duplicates + skipped + joined + unjoined, in each file and in all. */
export const ImportCounts = z.strictObject({
  rows: count,
  imported: count,
  duplicates: count,
  skipped: count,
  /** Rows of a ground-truth or completions file that found their question. */
  joined: count,
  unjoined: count,
});
export type ImportCounts = z.infer<typeof ImportCounts>;

export const ImportedFile = z.strictObject({
  path: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  format: FormatName,
  role: FileRole,
  ...ImportCounts.shape,
  notes: z.array(z.string()),
});
export type ImportedFile = z.infer<typeof ImportedFile>;

export const ImportReport = z.strictObject({
  dataset: z.string(),
  /** The formats met, in order of first appearance. */
  formats: z.array(FormatName),
  files: z.array(ImportedFile),
  counts: ImportCounts,
  /** The first skipped rows, at most `listedSkips`; `skippedByReason` counts all of them. */
  skipped: z.array(SkippedRow),
  skippedByReason: z.partialRecord(SkipReason, count),
  notes: z.array(z.string()),
});
export type ImportReport = z.infer<typeof ImportReport>;

/** How many skipped rows a report lists one by one; beyond it only the counts by reason go on. */
export const listedSkips = 200;

/** What a screening found: questions looked at, excluded for two reasons, and moved into the group of a near-duplicate. */
export const ScreenResult = z.strictObject({
  questions: count,
  identifiers: count,
  benchmarkOverlap: count,
  grouped: count,
});
export type ScreenResult = z.infer<typeof ScreenResult>;
