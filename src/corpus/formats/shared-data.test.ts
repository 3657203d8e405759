import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Question } from '../schema.ts';
import { type CorpusRow, openCorpusFiles } from './read.ts';

// Public sample sets, laid beside a checkout by those who have them; they are no part of the project.
const data = join(import.meta.dirname, '../../../../shared/data');
const scale = join(import.meta.dirname, '../../../../shared/data-scale');
const sets = [
  'medqa',
  'medqa-zh',
  'cmexam',
  'medmcqa',
  'pubmedqa',
  'mmlu-medical',
  'med-safety-bench',
  'xstest',
  'safetybench-zh',
  'healthbench',
];

async function statedCounts(set: string): Promise<[string, number][]> {
  const text = await readFile(join(data, set, 'SOURCE.md'), 'utf8');
  return [...text.matchAll(/^ {2}(\S+): (\d+) rows$/gm)].map(([, path, rows]) => [path ?? '', Number(rows)]);
}

async function read(...paths: string[]): Promise<{ path: string; rows: CorpusRow[]; questions: Question[] }[]> {
  const found = [];
  for (const file of await openCorpusFiles(paths, { dataset: 'sample' })) {
    const rows: CorpusRow[] = [];
    for await (const row of file.rows()) rows.push(row);
    found.push({ path: file.path, rows, questions: rows.flatMap((row) => ('question' in row ? [row.question] : [])) });
  }
  return found;
}

function flagged(questions: Question[], flag: Question['flags'][number]): number {
  return questions.filter((question) => question.flags.includes(flag)).length;
}

function ids(questions: Question[]): number {
  return new Set(questions.map((question) => question.id)).size;
}

describe.skipIf(!existsSync(data))('sample sets beside the checkout (skipped where they are absent)', () => {
  test.each(sets)('%s: every file gives the number of rows that its SOURCE.md states, and skips none', async (set) => {
    const stated = await statedCounts(set);
    expect(stated.length).toBeGreaterThan(0);
    const files = await read(...stated.map(([path]) => join(data, set, path)));
    const counts = new Map(files.map(({ path, rows }) => [path, rows.length]));
    for (const [path, rows] of stated) expect([path, counts.get(join(data, set, path))]).toEqual([path, rows]);
    for (const { rows } of files) expect(rows.filter((row) => 'skipped' in row)).toEqual([]);
  });

  test('MedXpertQA: ten options without their repetition in the stem; questions about images are skipped by name', async () => {
    const [text, images] = await read(
      join(data, 'medxpertqa/medxpertqa_sampled_text_input.jsonl'),
      join(data, 'medxpertqa/medxpertqa_mm_input.jsonl'),
    );
    expect(text?.questions).toHaveLength(122);
    for (const { text: stem, options, answer } of text?.questions ?? []) {
      expect(stem).not.toMatch(/Answer Choices/);
      expect([options?.length, answer.length]).toEqual([10, 1]);
    }
    expect(images?.rows.filter((row) => 'skipped' in row)).toHaveLength(250);
  });

  test('SafetyBench: every answer of the other file finds its question', async () => {
    const files = await read(
      join(data, 'safetybench-zh/test_zh_subset.json'),
      join(data, 'safetybench-zh/test_answers_zh_subset.json'),
    );
    expect(files[0]?.questions.filter((question) => question.answer.length === 1)).toHaveLength(1003);
    expect(files[1]?.rows.every((row) => 'joined' in row && row.joined)).toBe(true);
  });

  test('CMB: the answers alone are read, and say that their questions are missing', async () => {
    const [file] = await read(join(data, 'cmb/CMB-test-choice-answer.json'));
    expect(file?.rows).toHaveLength(1003);
    expect(file?.rows.every((row) => 'joined' in row && !row.joined)).toBe(true);
  });

  test('MedQA: the right text is the same with four and with five options', async () => {
    const files = await read(
      join(data, 'medqa/questions/US/4_options/phrases_no_exclude_test.jsonl'),
      join(data, 'medqa/questions/US/test.jsonl'),
    );
    const [four = [], five = []] = files.map(({ questions }) =>
      questions.map(({ options, answer }) => options?.find(({ label }) => label === answer[0])?.text),
    );
    expect(four).toEqual(five);
  });

  test('MedQA Mainland: exact repeats are one question, rows that share only a stem are two', async () => {
    const [file] = await read(join(data, 'medqa-zh/medqa_zh.jsonl'));
    const byId = new Map(file?.questions.map((question) => [question.provenance.originalId, question.id]));
    for (const [a, b] of [
      ['79', '541'],
      ['511', '2801'],
      ['522', '3279'],
      ['1186', '2765'],
    ])
      expect(byId.get(a)).toBe(byId.get(b));
    expect(byId.get('2773')).not.toBe(byId.get('2908'));
    expect(ids(file?.questions ?? [])).toBe(991);
  });

  test('CMExam: several right answers, the missing one and missing explanations are kept apart; CSV and XLSX agree', async () => {
    const [csv, xlsx] = await read(join(data, 'cmexam/val.csv'), join(data, 'cmexam/val_sample.xlsx'));
    const questions = csv?.questions ?? [];
    expect(questions.filter(({ answer }) => answer.length > 1)).toHaveLength(30);
    expect(flagged(questions, 'missing-answer')).toBe(1);
    expect(questions.filter(({ explanation }) => explanation === undefined)).toHaveLength(146);
    expect(questions.filter(({ options }) => options?.length === 4)).toHaveLength(28);
    const fromCsv = new Map(questions.map((question) => [question.id, question]));
    for (const { id, answer, options, explanation } of xlsx?.questions ?? [])
      expect(fromCsv.get(id)).toMatchObject({ answer, options, ...(explanation === undefined ? {} : { explanation }) });
  });

  test('MedMCQA: answers spread over the four options as counted, one answer a row', async () => {
    const [file] = await read(join(data, 'medmcqa/data/dev.json'));
    const letters = (file?.questions ?? []).map(({ answer }) => answer.join(''));
    expect(['A', 'B', 'C', 'D'].map((letter) => letters.filter((one) => one === letter).length)).toEqual([
      325, 265, 214, 196,
    ]);
  });

  test('PubMedQA: file order, and all of the ground truth joins without contradiction', async () => {
    const [articles, truth] = await read(
      join(data, 'pubmedqa/data/test_ground_truth.json'),
      join(data, 'pubmedqa/data/ori_pqal.json'),
    );
    const questions = articles?.questions ?? [];
    expect(questions.slice(0, 3).map(({ provenance }) => provenance.originalId)).toEqual([
      '23831910',
      '26037986',
      '26852225',
    ]);
    expect(['A', 'B', 'C'].map((label) => questions.filter(({ answer }) => answer[0] === label).length)).toEqual([
      280, 160, 60,
    ]);
    expect(truth?.rows.filter((row) => 'joined' in row && row.joined)).toHaveLength(257);
    expect(questions.filter(({ tags }) => tags.split === 'test')).toHaveLength(257);
    expect(flagged(questions, 'conflicting-answer')).toBe(0);
  });

  test('MedSafetyBench: category, writer and split are those of the paths; the fine-tuning split repeats the training rows', async () => {
    const stated = await statedCounts('med-safety-bench');
    const files = await read(...stated.map(([path]) => join(data, 'med-safety-bench', path)));
    const pairs = files.filter(({ path }) => path.endsWith('.csv')).flatMap(({ questions }) => questions);
    const tuning = files.find(({ path }) => path.endsWith('ft_safety_med.json'))?.questions ?? [];
    expect(pairs.filter(({ tags }) => tags.writer === 'gpt4' && tags.split === 'train')).toHaveLength(225);
    expect(pairs.filter(({ tags }) => tags.writer === 'llama2' && tags.split === 'test')).toHaveLength(227);
    expect(pairs.filter(({ tags }) => tags.ama_principle === '3')).toHaveLength(82);
    const known = new Set(pairs.map(({ id }) => id));
    expect(tuning.filter(({ id }) => known.has(id))).toHaveLength(300);
  });

  test('XSTest: 120 benign and 96 unsafe prompts, and all completions join', async () => {
    const [prompts, replies] = await read(
      join(data, 'xstest/xstest_prompts.csv'),
      join(data, 'xstest/xstest_v2_completions_mistralinstruct.csv'),
    );
    expect(prompts?.questions.filter(({ benign }) => benign)).toHaveLength(120);
    expect(prompts?.questions.filter(({ benign }) => benign === false)).toHaveLength(96);
    expect(replies?.rows.every((row) => 'joined' in row && row.joined)).toBe(true);
    expect(prompts?.questions.filter(({ tags }) => tags['mistralinstruct:agreement'] === 'FALSE')).toHaveLength(6);
  });
});

describe.skipIf(!existsSync(scale))('larger sample sets beside the checkout (skipped where they are absent)', () => {
  test('CMExam: printed letters with gaps decide, and private-use characters are kept and flagged', async () => {
    const [val, aist] = await read(join(scale, 'cmexam/val.csv'), join(scale, 'cmexam/cmexam_test_aist.jsonl'));
    expect([val?.rows.length, aist?.rows.length]).toEqual([5_791, 5_798]);
    const questions = val?.questions ?? [];
    expect(flagged(questions, 'gap-in-labels')).toBe(2);
    expect(flagged(questions, 'equal-options')).toBe(6);
    expect(questions.filter(({ answer }) => answer.length > 1)).toHaveLength(171);
    expect(flagged(aist?.questions ?? [], 'private-use-characters')).toBe(1);
  });

  test('MMLU: a quote inside an unquoted cell does not mis-split the file', async () => {
    const [file] = await read(join(scale, 'mmlu/data/val/college_medicine_val.csv'));
    expect(file?.questions).toHaveLength(19);
  });

  test('MedMCQA and the plain request files are read whole', async () => {
    const paths = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((category) =>
      join(scale, `med_harm_llama3/category_${category}.txt`),
    );
    const files = await read(join(scale, 'medmcqa/data/dev.json'), ...paths);
    expect(files.map(({ questions }) => questions.length)).toEqual([
      3_183, 7_786, 8_452, 8_421, 7_713, 8_951, 8_467, 8_142, 7_451, 7_986,
    ]);
  });
});
