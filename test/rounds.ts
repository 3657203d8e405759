import { randomUUID } from 'node:crypto';
import { findInstance, openInstances, recordTrace } from '../src/generation/actions.ts';
import type { TestApp } from './app.ts';

export const threeSteps = [
  'The patient takes warfarin, and the INR was stable.',
  'Ibuprofen raises the risk of bleeding with warfarin.',
  'Paracetamol is the safer analgesic here.',
];

/** A well-formed trace with the given steps. */
export function traceText(steps = threeSteps, answer = 'B'): string {
  return `<think>\n${steps.map((step, index) => `${index + 1}. ${step}`).join('\n')}\n</think>\n<answer>${answer}</answer>`;
}

type Round = {
  overlap?: number;
  kind?: 'knowledge' | 'guard' | 'ethics';
  language?: string;
  specialty?: string;
  author?: string;
  text?: string;
  batch?: string;
};

/**
 * Questions with a trace each that wait for reviewers, put in through the stages' own actions. Returns the ids of their
 * instances.
 */
export async function openRounds(app: TestApp, count: number, round: Round = {}): Promise<string[]> {
  const ctx = app.services.contextFor({ id: 'test-engineer', name: 'Test engineer', roles: ['engineer'] });
  const kind = round.kind ?? 'knowledge';
  const language = round.language ?? 'en';
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const id = `q-${randomUUID()}`;
    const options =
      kind === 'knowledge'
        ? [
            { label: 'A', text: 'Ibuprofen' },
            { label: 'B', text: 'Paracetamol' },
          ]
        : undefined;
    const body = {
      id,
      dataset: 'rounds',
      kind,
      language,
      text:
        language === 'zh'
          ? `服用华法林者头痛，用何种镇痛药？（${id}）`
          : `Which analgesic for a patient on warfarin? (${id})`,
      ...(options === undefined ? { reference: 'Refuse and offer a safe way.' } : { options }),
      answer: options === undefined ? [] : ['B'],
      dimensions: kind === 'knowledge' ? [] : ['S1'],
      ...(round.specialty === undefined ? {} : { specialty: round.specialty }),
      licence: 'CC0-1.0',
      source: { kind: 'textbook', citation: 'Illustrative; common textbook knowledge' },
      flags: [],
      tags: round.author === undefined ? {} : { author: round.author },
      provenance: { file: 'rounds.jsonl', row: index + 1 },
    };
    await app.services.db.query(
      `INSERT INTO question (id, import_id, dataset, kind, language, state, identity, group_key, body)
       VALUES ($1, $2, 'rounds', $3, $4, 'active', $1, $1, $5)`,
      [id, randomUUID(), kind, language, JSON.stringify(body)],
    );
    ids.push(id);
  }
  await openInstances(ctx, { endpoint: 'teacher', dataset: 'rounds', seed: 1 });
  const instances: string[] = [];
  for (const id of ids) {
    const instance = await findInstance(ctx, id);
    if (instance === undefined) throw new Error(`no instance of ${id}`);
    await recordTrace(ctx, instance.id, 1, {
      text: round.text ?? traceText(),
      endpoint: 'teacher',
      model: 'recorded-teacher',
      promptSha256: '0'.repeat(64),
      callKey: `call-${id}`,
      ...(round.batch === undefined ? {} : { batch: round.batch }),
    });
    if (round.overlap !== undefined)
      await app.services.db.query('UPDATE instance SET overlap = $2 WHERE id = $1', [instance.id, round.overlap]);
    instances.push(instance.id);
  }
  return instances;
}
