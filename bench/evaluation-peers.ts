import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { benchQuestion } from './evaluation-data.ts';
import { type Mock, startMock } from './mock.ts';

type Peers = {
  promptfoo: string | undefined;
  inspect: string | undefined;
  lmEval: string | undefined;
  concurrency: number;
};

const prompt = "Answer with 'ANSWER: X'.\n{{question}}\nA) {{A}}\nB) {{B}}\nC) {{C}}\nD) {{D}}";

const rows = (): Record<string, string>[] =>
  Array.from({ length: 1000 }, (_, n) => {
    const { id, text, options = [], answer } = benchQuestion(n);
    const texts = Object.fromEntries(options.map((option) => [option.label, option.text]));
    return { id, question: text, ...texts, answer: answer[0] ?? '' };
  });

/** Runs the peers whose programs are named on the same 1,000 questions, against the same mock at 50 ms. */
export async function runPeers({ promptfoo, inspect, lmEval, concurrency }: Peers): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'safemed-bench-'));
  writeFileSync(
    join(directory, 'mcq.jsonl'),
    rows()
      .map((row) => `${JSON.stringify(row)}\n`)
      .join(''),
  );
  const mock = await startMock(50);
  if (promptfoo !== undefined) await runPromptfoo({ program: promptfoo, directory, mock, concurrency });
  if (inspect !== undefined) await runInspect({ program: inspect, directory, mock, concurrency });
  if (lmEval !== undefined) await runLmEval({ program: lmEval, directory, mock, concurrency });
  mock.stop();
  rmSync(directory, { recursive: true });
  if (promptfoo === undefined && inspect === undefined && lmEval === undefined)
    console.log('No peer was named: --promptfoo, --inspect or --lm-eval with the path of its program.');
}

type Peer = { program: string; directory: string; mock: Mock; concurrency: number };

/** Runs a program to its end and prints what it took; promptfoo ends with 100 when tests fail, as they should here. */
async function timed(name: string, { program, directory, mock }: Peer, args: string[], env: Record<string, string>) {
  await mock.reset();
  const began = performance.now();
  const child = spawn(program, args, { cwd: directory, env: { ...process.env, ...env }, stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  const wall = (performance.now() - began) / 1000;
  const { requests, spanMs } = await mock.stats();
  console.log(
    `${name}: whole process ${wall.toFixed(1)} s (exit ${code}), ${requests} requests, ${((1000 * requests) / spanMs).toFixed(0)} requests/s between first and last`,
  );
}

function runPromptfoo(peer: Peer): Promise<void> {
  const { directory, mock } = peer;
  writeFileSync(join(directory, 'tests.json'), JSON.stringify(rows().map((vars) => ({ vars }))));
  const config = {
    prompts: [prompt],
    providers: [{ id: 'openai:chat:mock', config: { apiBaseUrl: `${mock.address}/v1`, apiKey: 'x', temperature: 0 } }],
    defaultTest: {
      assert: [{ type: 'javascript', value: '(output.match(/ANSWER:\\s*([A-D])/)||[])[1] === context.vars.answer' }],
    },
    tests: 'file://tests.json',
  };
  writeFileSync(join(directory, 'promptfoo.yaml'), stringify(config));
  const args = ['eval', '-c', 'promptfoo.yaml', '--no-cache', '--no-table', '--no-progress-bar', '-o', 'out.jsonl'];
  return timed('promptfoo', peer, [...args, '-j', String(peer.concurrency)], {
    PROMPTFOO_CONFIG_DIR: join(directory, 'home'),
    PROMPTFOO_DISABLE_TELEMETRY: '1',
    PROMPTFOO_DISABLE_UPDATE: '1',
    PROMPTFOO_DISABLE_SHARING: '1',
    PROMPTFOO_DISABLE_REMOTE_GENERATION: '1',
  });
}

const inspectTask = `import json
from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.scorer import choice
from inspect_ai.solver import multiple_choice

rows = [json.loads(line) for line in open("mcq.jsonl")]


@task
def mcq():
    samples = [Sample(id=r["id"], input=r["question"], choices=[r[k] for k in "ABCD"], target=r["answer"]) for r in rows]
    return Task(dataset=samples, solver=multiple_choice(), scorer=choice())
`;

function runInspect(peer: Peer): Promise<void> {
  const { directory, mock, concurrency } = peer;
  writeFileSync(join(directory, 'inspect_task.py'), inspectTask);
  const args = ['eval', 'inspect_task.py@mcq', '--model', 'openai/mock', '-M', 'responses_api=false'];
  const limits = ['--max-connections', String(concurrency), '--max-samples', String(2 * concurrency)];
  return timed('inspect', peer, [...args, ...limits, '--display', 'plain', '--temperature', '0'], {
    OPENAI_API_KEY: 'x',
    OPENAI_BASE_URL: `${mock.address}/v1`,
  });
}

function runLmEval(peer: Peer): Promise<void> {
  const { directory, mock, concurrency } = peer;
  const task = {
    task: 'mcq_gen',
    dataset_path: 'json',
    dataset_kwargs: { data_files: { test: 'mcq.jsonl' } },
    test_split: 'test',
    output_type: 'generate_until',
    doc_to_text: prompt,
    doc_to_target: '{{answer}}',
    generation_kwargs: { until: [], max_gen_toks: 64, temperature: 0, do_sample: false },
    filter_list: [
      {
        name: 'letter',
        filter: [
          { function: 'regex', regex_pattern: 'ANSWER:\\s*([A-D])', group_select: -1 },
          { function: 'take_first' },
        ],
      },
    ],
    metric_list: [{ metric: 'exact_match', aggregation: 'mean', higher_is_better: true }],
  };
  writeFileSync(join(directory, 'mcq_gen.yaml'), stringify(task));
  const model = `model=mock,base_url=${mock.address}/v1/chat/completions,num_concurrent=${concurrency},max_retries=3,tokenized_requests=False`;
  const args = ['run', '--model', 'local-chat-completions', '--include_path', '.', '--tasks', 'mcq_gen'];
  const output = ['--apply_chat_template', '--log_samples', '--output_path', 'out', '--model_args', model];
  return timed('lm-eval', peer, [...args, ...output], {
    OPENAI_API_KEY: 'x',
    HF_HUB_OFFLINE: '1',
    HF_DATASETS_OFFLINE: '1',
  });
}
