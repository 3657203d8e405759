import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openInstances, recordTrace } from '../../src/generation/actions.ts';
import { GenerateInput } from '../../src/generation/schema.ts';
import type { TestApp } from '../app.ts';
import { importQuestions } from '../example.ts';

/** What a model, a source file and a reviewer could write to attack whoever reads it. */
export const hostile = {
  question: 'May I share this? <script>globalThis.attacked = "question"</script>',
  step: `<img src="x" onerror="globalThis.attacked = 'step'"> [a link](javascript:alert(1))`,
  reversed: 'Give \u202e01\u202c mg.',
  answer: '</script><svg onload="globalThis.attacked = \'answer\'"></svg>',
  comment: '"><iframe srcdoc="<script>parent.attacked = 1</script>"></iframe>',
  edit: '<details open ontoggle="globalThis.attacked = \'edit\'">no</details>',
};

/** Takes one instance with hostile texts as far as its first review; returns its id. */
export async function plantHostile(app: TestApp): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'safemed-hostile-'));
  const file = join(directory, 'hostile.jsonl');
  const line = { id: 'hostile-1', kind: 'ethics', language: 'en', text: hostile.question, answer: 'No.' };
  writeFileSync(file, `${JSON.stringify(line)}\n`);
  await importQuestions(app, [file], { dataset: 'hostile' });
  rmSync(directory, { recursive: true });
  const engineer = app.services.contextFor({ id: 'test-engineer', name: 'Test engineer', roles: ['engineer'] });
  await openInstances(engineer, GenerateInput.parse({ dataset: 'hostile' }));
  const { body } = await app.as('engineer').send('GET', '/v1/instances?state=generating');
  const [instance] = (body as { instances: { id: string; questionId: string }[] }).instances; // the route parses it
  if (instance?.questionId !== 'hostile-1') throw new Error(`unexpected instance: ${JSON.stringify(body)}`);
  const { id } = instance;
  const text = `<think>\n1. ${hostile.step}\n2. ${hostile.reversed}\n</think>\n<answer>${hostile.answer}</answer>`;
  const call = { endpoint: 'teacher', model: 'hostile', promptSha256: '0'.repeat(64), callKey: '0'.repeat(64) };
  await recordTrace(engineer, id, 1, { text, ...call });
  const reviewer = await app.account('demo-reviewer-a', ['reviewer', 'ethics-reviewer'], 'illustrative');
  const review = {
    scores: { 'ethical-reasoning': 2 },
    editedScores: { 'ethical-reasoning': 5 },
    steps: [{ after: 0, mark: 'missing', error: 'missing-step', severity: 'minor' }],
    edits: [{ op: 'replace', step: 1, text: hostile.edit, reason: 'wrong-fact', note: hostile.comment }],
    verdict: 'accept-with-edits',
    comment: hostile.comment,
  };
  const reply = await reviewer('POST', `/v1/reviews/instances/${id}`, review);
  if (reply.status !== 201) throw new Error(JSON.stringify(reply.body));
  return id;
}
