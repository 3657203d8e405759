import { z } from 'zod';
import type { Context } from '../../context/context.ts';
import { AppError } from '../../core/error.ts';
import { sha256Hex } from '../../core/hash.ts';
import type { OpenRlhfReply, OpenRlhfRequest, RewardExtra, RewardRequest } from './schema.ts';
import { scoreBatch } from './score.ts';

/** Where the assistant's turn begins in the chat templates of common models. */
const assistantHeaders = [
  '<|im_start|>assistant\n',
  '<|start_header_id|>assistant<|end_header_id|>\n\n',
  '<start_of_turn>model\n',
  '<｜Assistant｜>',
  '<|assistant|>\n',
  '[/INST]',
];

/** What ends a turn or pads it. */
const endings =
  /(?:<\|im_end\|>|<\|endoftext\|>|<\|eot_id\|>|<\|end_of_text\|>|<end_of_turn>|<｜end▁of▁sentence｜>|<\/s>|<pad>|<\|pad\|>|\s)+$/u;

/**
 * Scores for OpenRLHF's `--reward.remote_url`: the completion is what follows the prompt in `query`; a label is the JSON of
 * the case. OpenRLHF knows no unscorable sample and this service makes up no number, so it refuses a request that holds
 * one; OpenRLHF then ends the run after its five tries.
 */
export async function scoreForOpenRlhf(ctx: Context, run: string, raw: OpenRlhfRequest): Promise<OpenRlhfReply> {
  const request = canonicalRequest(run, raw);
  const { rewards, scores, extra } = await scoreBatch(ctx, request);
  const numbers = rewards.flatMap((reward) => (reward === null ? [] : [reward]));
  const normal = scores.flatMap((score) => (score === null ? [] : [score]));
  if (numbers.length < rewards.length) {
    const without = request.samples[rewards.indexOf(null)];
    throw new AppError(
      'unavailable',
      `A sample of ${without?.group ?? 'the batch'} cannot be scored, and OpenRLHF has no way to leave it out. Use the recipe's reward function, which can, or a judge that scores it.`,
    );
  }
  return { rewards: numbers, scores: normal, extra_logs: columns(extra) };
}

function columns(rows: readonly RewardExtra[]): Record<string, number[]> {
  const names = Object.keys(rows[0] ?? {}) as (keyof RewardExtra)[]; // rows come from our own schema
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]));
}

const Label = z.looseObject({ id: z.string().optional(), group: z.string().optional() });

/** The same in the form of the canonical route. OpenRLHF sends neither ids nor steps: the id is the digest of the text. */
export function canonicalRequest(run: string, { query, prompts, labels }: OpenRlhfRequest): RewardRequest {
  const queries = listOf(query);
  const asked = listOf(prompts);
  if (queries.length !== asked.length)
    throw new AppError('invalid_input', `query holds ${queries.length} texts and prompts ${asked.length}.`);
  const told = labels == null ? [] : listOf(labels);
  const samples = queries.map((text, index) => {
    const prompt = asked[index] ?? '';
    const meta = labelOf(told[index]);
    const completion = completionOf(text, prompt);
    const group = (meta.id ?? meta.group ?? sha256Hex(prompt)).slice(0, 200);
    return { id: sha256Hex(`${group}\n${prompt}\n${completion}`), group, prompt: turnsOf(prompt), completion, meta };
  });
  return { run_id: run, engine: 'openrlhf', step: 0, rank: 0, samples };
}

function listOf(texts: string | string[]): string[] {
  return typeof texts === 'string' ? [texts] : texts;
}

function labelOf(label: string | undefined): z.infer<typeof Label> {
  if (label === undefined || label.trim() === '') return {};
  try {
    return Label.parse(JSON.parse(label));
  } catch (cause) {
    throw new AppError(
      'invalid_input',
      'A label is not the JSON object of its case. Train on the prompts of "safemed release export --format openrlhf-grpo" with --data.label_key label.',
      { cause },
    );
  }
}

/** What follows the prompt; where the query does not begin with it, what follows the last header of an assistant's turn. */
export function completionOf(query: string, prompt: string): string {
  const begin = (text: string): string => text.replace(endings, '').trimStart();
  if (prompt !== '' && query.startsWith(prompt)) return begin(query.slice(prompt.length));
  const [last] = assistantHeaders
    .map((header) => ({ header, at: query.lastIndexOf(header) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => b.at - a.at);
  if (last !== undefined) return begin(query.slice(last.at + last.header.length));
  throw new AppError(
    'invalid_input',
    'query neither begins with its prompt nor holds the header of an assistant turn, so its completion cannot be told.',
  );
}

/** The turns of a prompt in ChatML (Qwen, SmolLM); any other text is what the user said. */
export function turnsOf(prompt: string): RewardRequest['samples'][number]['prompt'] {
  const turns = [...prompt.matchAll(/<\|im_start\|>(system|user|assistant)\n([\s\S]*?)<\|im_end\|>/gu)];
  if (turns.length === 0) return prompt;
  return turns.map(([, role = 'user', content = '']) => ({ role, content }));
}
