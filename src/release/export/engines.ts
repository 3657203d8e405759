import type { JsonValue } from '../../core/canonical-json.ts';
import { asObject, flagAt, type JsonObject, listAt, objectAt, textAt } from '../../verify/fields.ts';
import type { ExportFormat } from '../schema.ts';

/** What a training engine reads: which lines of the release become which lines of its files. */
export type Engine = {
  /** rows: for supervised training · pairs: preferences · prompts: guard rows without their answers, for GRPO. */
  readonly source: 'rows' | 'pairs' | 'prompts';
  readonly line: (row: JsonObject, place: Place) => JsonObject;
  /** Further files, by name. */
  readonly extra?: (release: string) => { readonly [name: string]: JsonValue };
};

export type Place = { readonly release: string; readonly index: number };

type Turn = { role: string; content: string };

function turns(row: JsonObject, key: string): Turn[] {
  return listAt(row, key, 'the row', (item, where) => {
    const turn = asObject(item, where);
    return { role: textAt(turn, 'role', where), content: textAt(turn, 'content', where) };
  });
}

function answer(row: JsonObject, key: string): string {
  return turns(row, key).at(-1)?.content ?? '';
}

function of(row: JsonObject, ...keys: string[]): JsonObject {
  return Object.fromEntries(keys.flatMap((key) => (row[key] === undefined ? [] : [[key, row[key]]])));
}

/** What a reward function wants to know of a prompt; all values flat, so that column formats keep one type. */
function meta(row: JsonObject): { benign: boolean; dimensions: JsonValue; expected: string } {
  const question = objectAt(row, 'question', 'the row');
  return {
    benign: question.benign === undefined ? false : flagAt(question, 'benign', 'question'),
    dimensions: row.dimensions ?? [],
    expected: question.reference === undefined ? '' : textAt(question, 'reference', 'question'),
  };
}

const preference: Engine = { source: 'pairs', line: (pair) => of(pair, 'prompt', 'chosen', 'rejected', 'id') };

function sharegpt(row: JsonObject): { conversations: JsonValue[]; system: string } {
  const prompt = turns(row, 'prompt');
  const system = prompt.find((turn) => turn.role === 'system')?.content ?? '';
  const said = prompt.filter((turn) => turn.role !== 'system');
  return { system, conversations: said.map(({ content }) => ({ from: 'human', value: content })) };
}

function datasetInfo(release: string, entry: { readonly [key: string]: JsonValue }): { [name: string]: JsonValue } {
  const files = { train: `${release}-train`, validation: `${release}-validation` };
  return {
    'dataset_info.json': {
      [files.train]: { file_name: 'train.jsonl', formatting: 'sharegpt', ...entry },
      [files.validation]: { file_name: 'validation.jsonl', formatting: 'sharegpt', ...entry },
    },
  };
}

/** One entry an engine and stage: the file formats that their documentation names. */
export const engines: { readonly [format in ExportFormat]: Engine } = {
  'trl-sft': { source: 'rows', line: (row) => of(row, 'prompt', 'completion', 'id') },
  'trl-reward': preference,
  'trl-dpo': preference,
  'trl-grpo': {
    source: 'prompts',
    line: (row) => ({ ...of(row, 'prompt', 'id', 'kind', 'language', 'group'), ...meta(row) }),
  },
  'ms-swift-sft': {
    source: 'rows',
    line: (row) => ({ messages: [...turns(row, 'prompt'), ...turns(row, 'completion')], ...of(row, 'id') }),
  },
  'ms-swift-dpo': {
    source: 'pairs',
    line: (pair) => ({
      messages: [...turns(pair, 'prompt'), ...turns(pair, 'chosen')],
      rejected_response: answer(pair, 'rejected'),
      ...of(pair, 'id'),
    }),
  },
  'ms-swift-grpo': {
    source: 'prompts',
    line: (row) => ({ messages: turns(row, 'prompt'), ...of(row, 'id', 'kind', 'language', 'group'), ...meta(row) }),
  },
  'llama-factory-sft': {
    source: 'rows',
    line: (row) => {
      const { system, conversations } = sharegpt(row);
      return { conversations: [...conversations, { from: 'gpt', value: answer(row, 'completion') }], system };
    },
    extra: (release) => datasetInfo(release, { columns: { messages: 'conversations', system: 'system' } }),
  },
  'llama-factory-dpo': {
    source: 'pairs',
    line: (pair) => ({
      ...sharegpt(pair),
      chosen: { from: 'gpt', value: answer(pair, 'chosen') },
      rejected: { from: 'gpt', value: answer(pair, 'rejected') },
    }),
    extra: (release) =>
      datasetInfo(release, {
        ranking: true,
        columns: { messages: 'conversations', system: 'system', chosen: 'chosen', rejected: 'rejected' },
      }),
  },
  'verl-sft': { source: 'rows', line: (row) => ({ messages: [...turns(row, 'prompt'), ...turns(row, 'completion')] }) },
  'verl-grpo': {
    source: 'prompts',
    line: (row, { release, index }) => {
      const { expected, ...rest } = meta(row);
      return {
        data_source: release,
        prompt: turns(row, 'prompt'),
        ability: row.kind ?? '',
        reward_model: { style: 'rule', ground_truth: expected },
        extra_info: { index, ...of(row, 'split', 'id', 'group', 'language'), ...rest },
      };
    },
  },
  'openrlhf-sft': {
    source: 'rows',
    line: (row) => ({ input: turns(row, 'prompt'), output: turns(row, 'completion') }),
  },
  'openrlhf-dpo': {
    source: 'pairs',
    line: (pair) => ({
      chosen: [...turns(pair, 'prompt'), ...turns(pair, 'chosen')],
      rejected: [...turns(pair, 'prompt'), ...turns(pair, 'rejected')],
    }),
  },
  'openrlhf-grpo': {
    source: 'prompts',
    line: (row) => ({
      messages: turns(row, 'prompt'),
      label: JSON.stringify({ ...of(row, 'id', 'kind', 'language', 'group'), ...meta(row) }),
    }),
  },
};
