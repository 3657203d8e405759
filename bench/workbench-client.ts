// The reviewers of bench/workbench.ts, in a thread of their own: each claims, opens, saves twice and submits, with a
// pause between; a lead opens the list and the agreement page. Posts the time of every request.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

export type ClientData = {
  url: string;
  tokens: string[];
  seconds: number;
  pause: number;
  pages: Record<string, string>;
};
export type Timing = { name: string; ms: number };

const { url, tokens, seconds, pause, pages } = workerData as ClientData; // set by workbench.ts
const end = performance.now() + seconds * 1000;
const scores = {
  'medical-correctness': 5,
  'reasoning-structure': 4,
  'information-sufficiency': 5,
  'terminology-language': 5,
  'clinical-utility': 4,
};
const said = { scores, steps: [], violations: [], edits: [] };
const draft = { ...said, editedScores: {}, insufficientContext: false, comment: '', seconds: 20 };

async function ask(name: string, token: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const began = performance.now();
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const reply = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(reply)}`);
  const timing: Timing = { name, ms: performance.now() - began };
  parentPort?.postMessage(timing);
  return reply;
}

async function reviewer(token: string, index: number): Promise<void> {
  await sleep((index / tokens.length) * pause * 1000);
  while (performance.now() < end) {
    const { assignments } = (await ask('next item', token, 'POST', '/v1/assignments/claim', { want: 1 })) as {
      assignments: { id: string }[];
    };
    const id = assignments[0]?.id;
    if (id === undefined) return;
    const at = `/v1/reviews/assignments/${id}`;
    await ask('open the screen', token, 'GET', at);
    await ask('save a draft', token, 'PUT', `${at}/draft`, {
      key: randomUUID(),
      base: 0,
      content: { ...draft, scores: {} },
    });
    await sleep(pause * 1000 * (0.5 + Math.random()));
    await ask('save a draft', token, 'PUT', `${at}/draft`, { key: randomUUID(), base: 1, content: draft });
    const review = { ...said, verdict: 'accept', seconds: 60 };
    await ask('submit', token, 'POST', `${at}/submission`, { key: randomUUID(), review });
  }
}

async function lead(token: string): Promise<void> {
  while (performance.now() < end) {
    for (const [name, path] of Object.entries(pages)) await ask(name, token, 'GET', path);
    await sleep(2000);
  }
}

await Promise.all([...tokens.slice(0, -1).map(reviewer), lead(tokens.at(-1) ?? '')]);
