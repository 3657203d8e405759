// Writes examples/medication-safety/teacher-replies.jsonl: the recorded teacher's replies under the digests of the
// requests that the pipeline makes. Run it after a change of the example's texts, of the prompts or of the feedback.
import { readFileSync } from 'node:fs';
import { openCorpusFiles } from '../src/corpus/formats/read.ts';
import type { Question } from '../src/corpus/schema.ts';
import { generationRequest } from '../src/generation/prompt.ts';
import { writeRecorded } from '../src/llm/recorded.ts';
import type { ChatReply, ChatRequest } from '../src/llm/schema.ts';
import { loadProfile } from '../src/profile/load.ts';
import { remarks } from '../src/review/remarks.ts';
import { ReviewLine } from '../src/review/transfer/schema.ts';

const folder = 'examples/medication-safety';
const parts = ['knowledge', 'guard', 'ethics', 'practice'];
const model = 'recorded-teacher';

type Trace = { question: string; round: number; reply: string };

function lines<T>(file: string): T[] {
  return readFileSync(`${folder}/${file}`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T); // the example's own files, checked by their tests
}

const profile = loadProfile('profiles/medical');
const questions = new Map<string, Question>();
const files = await openCorpusFiles(
  parts.map((part) => `${folder}/questions-${part}.jsonl`),
  { dataset: 'medication-safety' },
);
for (const file of files)
  for await (const row of file.rows()) if ('question' in row) questions.set(row.question.id, row.question);
const traces = parts.flatMap((part) => lines<Trace>(`traces-${part}.jsonl`));
const reviews = parts.flatMap((part) => lines<unknown>(`reviews-${part}.jsonl`)).map((line) => ReviewLine.parse(line));

const entries: { request: ChatRequest; reply: ChatReply }[] = [];
for (const trace of traces) {
  const question = questions.get(trace.question);
  if (question === undefined) throw new Error(`No question ${trace.question}.`);
  const before = traces.find((one) => one.question === trace.question && one.round === trace.round - 1);
  const said = reviews.filter((review) => review.question === trace.question && review.round === trace.round - 1);
  const feedback =
    before === undefined ? undefined : { attempt: before.reply, remarks: remarks(profile, question.language, said) };
  const reply: ChatReply = {
    content: trace.reply,
    finishReason: 'stop',
    model: 'recorded replies written for the example (no model)',
  };
  entries.push({ request: generationRequest(profile, model, question, { feedback, seed: 1 }), reply });
}
await writeRecorded(`${folder}/teacher-replies.jsonl`, entries);
console.log(`${entries.length} replies for ${questions.size} questions`);
