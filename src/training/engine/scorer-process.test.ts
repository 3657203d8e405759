import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ensureEnvironment, findPython } from './environment.ts';
import { type ScorerProcess, startScorer } from './scorer-process.ts';

const place = mkdtempSync(join(tmpdir(), 'safemed-scorer-'));
const started: ScorerProcess[] = [];
afterAll(async () => {
  for (const scorer of started) await scorer.close();
  rmSync(place, { recursive: true, force: true });
});

/** A complete-looking environment whose interpreter runs the given program instead of the scorer. */
async function environmentRunning(name: string, program: string): Promise<string> {
  const directory = join(place, name);
  const { path } = await findPython();
  mkdirSync(join(directory, 'bin'), { recursive: true });
  writeFileSync(join(directory, 'program.py'), program);
  const answers = `*scorer*) exec '${path}' -u '${join(directory, 'program.py')}' '${directory}' ;; *) echo 3.12.1 ;;`;
  writeFileSync(join(directory, 'bin', 'python'), `#!/bin/sh\ncase "$*" in ${answers} esac\n`);
  chmodSync(join(directory, 'bin', 'python'), 0o755);
  return ensureEnvironment({ directory }).then(() => directory);
}

function scorer(environment: string, timeoutMs = 20_000): ScorerProcess {
  const one = startScorer({ environment, timeoutMs });
  started.push(one);
  return one;
}

const answering = `
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    if "texts" in request:
        reply = {"embeddings": [[float(len(text))] for text in request["texts"]]}
    elif request["model"] == "absent":
        reply = {"error": "FileNotFoundError: absent"}
    else:
        reply = {"rewards": [None if sample["completion"] == "" else 1.5 for sample in request["samples"]]}
    print(json.dumps({"id": request["id"], **reply}), flush=True)
`;

const dyingOnce = `
import os, sys
mark = sys.argv[1] + "/died"
if not os.path.exists(mark):
    open(mark, "w").close()
    sys.stdin.readline()
    sys.exit(7)
${answering}`;

const sample = (completion: string) => ({ prompt: [{ role: 'user', content: 'q' }], completion });

test('answers reach the request they belong to, whatever else is asked at the time', async () => {
  const one = scorer(await environmentRunning('answering', answering));
  const replies = await Promise.all(Array.from({ length: 20 }, (_, index) => one.embed(['x'.repeat(index), 'yy'])));
  expect(replies).toEqual(Array.from({ length: 20 }, (_, index) => [[index], [2]]));
  expect(await one.reward('m', [sample('a'), sample('')])).toEqual([1.5, null]);
  expect(await one.embed([])).toEqual([]);
});

test("what the scorer cannot answer is an error in the scorer's own words, and the next request is answered", async () => {
  const one = scorer(await environmentRunning('refusing', answering));
  await expect(one.reward('absent', [sample('a')])).rejects.toThrow('FileNotFoundError: absent');
  expect(await one.embed(['abc'])).toEqual([[3]]);
});

test('after a crash a new process answers, also the requests that were under way', async () => {
  const one = scorer(await environmentRunning('dying', dyingOnce));
  expect(await Promise.all([one.embed(['a']), one.embed(['bb'])])).toEqual([[[1]], [[2]]]);
});

test('a scorer that dies every time is unavailable, not an endless loop', async () => {
  const one = scorer(await environmentRunning('dead', 'import sys; sys.exit(9)'));
  await expect(one.embed(['a'])).rejects.toMatchObject({ code: 'unavailable' });
});

test('a scorer that does not answer in time is unavailable', async () => {
  const one = scorer(await environmentRunning('stuck', 'import time; time.sleep(60)'), 500);
  await expect(one.embed(['a'])).rejects.toThrow('within 0.5 s');
});

test('without the environment, and after close, scoring is unavailable', async () => {
  const missing = scorer(join(place, 'absent'));
  await expect(missing.embed(['a'])).rejects.toMatchObject({ code: 'unavailable' });
  const closed = scorer(await environmentRunning('closed', answering));
  await closed.embed(['a']);
  await closed.close();
  await expect(closed.embed(['a'])).rejects.toThrow('closed');
});
