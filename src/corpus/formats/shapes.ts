import type { FormatName, QuestionKind } from '../schema.ts';
import { mmluCells } from './mmlu.ts';
import type { SourceFile } from './source-file.ts';

/** What else may tell a format, where the record alone does not. */
export type Hints = Pick<SourceFile, 'stem' | 'name' | 'folders'> & { kind?: QuestionKind | undefined };

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The format of one JSON record by its keys, or undefined. */
export function shapeOfRecord(value: unknown, hints: Hints): FormatName | undefined {
  if (!isObject(value)) return undefined;
  const has = (...keys: string[]): boolean => keys.every((key) => key in value);
  if (has('problem_text', 'choices')) return 'aist';
  if (has('question', 'opa', 'opb')) return 'medmcqa';
  if (has('prompt', 'prompt_id', 'rubrics')) return 'healthbench';
  if (has('question', 'option') && isObject(value.option)) return 'cmb';
  if (has('id', 'answer', 'exam_type') && !has('question')) return 'cmb-answers';
  if (has('question', 'options', 'label') && Array.isArray(value.label)) return 'medxpertqa';
  if (has('id', 'question', 'options', 'category') && Array.isArray(value.options)) return 'safetybench';
  if (has('question', 'options') && isObject(value.options) && (has('answer_idx') || has('answer'))) return 'medqa';
  if (has('instruction', 'output')) return isGuardAlpaca(hints) ? 'medsafetybench-alpaca' : undefined;
  if (typeof value.text === 'string' && (has('kind') || has('options') || has('answer'))) return 'safemed';
  return undefined;
}

/** Alpaca records never say what they are: only the path or the user can. */
function isGuardAlpaca({ name, folders, kind }: Hints): boolean {
  return kind === 'guard' || [name, ...folders.slice(-2)].some((part) => /safety/i.test(part));
}

/** The format of one member of a keyed JSON object, or undefined. */
export function shapeOfMember(value: unknown): FormatName | undefined {
  if (isObject(value)) {
    if ('QUESTION' in value) return 'pubmedqa';
    return typeof value.answer === 'number' && 'category' in value ? 'safetybench-answers' : undefined;
  }
  return typeof value === 'string' && /^(yes|no|maybe)$/i.test(value) ? 'pubmedqa-ground-truth' : undefined;
}

/** The format of a table by its header, or undefined. */
export function shapeOfHeader(header: readonly string[]): FormatName | undefined {
  const names = new Set(header.map((name) => name.trim().toLowerCase()));
  const has = (...wanted: string[]): boolean => wanted.every((name) => names.has(name));
  if (has('harmful_medical_request')) return 'medsafetybench-demonstrations';
  if (has('id', 'annotation_1', 'final_label')) return 'xstest-completions';
  if (has('prompt', 'type', 'label')) return 'xstest-prompts';
  if (has('question', 'options', 'answer')) return 'cmexam';
  return undefined;
}

/** The format of a table without header by its cells, or undefined. */
export function shapeOfCells(rows: readonly string[][]): FormatName | undefined {
  const fitting = rows.filter((cells) => cells.length === mmluCells && /^[A-D]$/.test(cells.at(-1)?.trim() ?? ''));
  return fitting.length > 0 && fitting.length * 2 >= rows.length ? 'mmlu' : undefined;
}

/** The format of plain lines, which only the file's name tells. */
export function shapeOfText({ name }: Hints): FormatName | undefined {
  return /^category_[1-9]\.txt$/.test(name) ? 'medsafetybench-requests' : undefined;
}
