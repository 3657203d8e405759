// One process of bench/evaluation.ts: opens the workspace, goes on with its evaluation (or makes one), and tells how long
// the run took and how far memory grew, as one line of JSON. It may be killed at any time.
//   node bench/evaluation-run.ts WORKSPACE EVALUATION
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { workspaceAt } from '../src/context/workspace.ts';
import { runEvaluation } from '../src/evaluation/job.ts';
import { evaluationReport } from '../src/evaluation/report-actions.ts';
import { openLedgerServices } from './ledger-workspace.ts';

const [root = '', evaluation = ''] = process.argv.slice(2);
const services = await openLedgerServices(workspaceAt(root));
const ctx = services.contextFor({ id: 'bench', name: 'Bench', roles: ['engineer'] });
process.stdout.write('ready\n');
const before = process.memoryUsage().rss;
const cpuBefore = process.cpuUsage();
let peak = before;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 50);
// What lives is what a full collection leaves; the rest of the heap is room that V8 has not yet tidied.
const live: number[] = [];
new PerformanceObserver((list) => {
  const full = list.getEntries().some((entry) => {
    const { detail } = entry as typeof entry & { detail: { kind: number } }; // what Node gives every entry of this kind
    return detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
  });
  if (full) live.push(process.memoryUsage().heapUsed);
}).observe({ entryTypes: ['gc'] });
const began = performance.now();
const control = { runId: 'bench', progress: async () => undefined, signal: new AbortController().signal };
await runEvaluation(ctx, { evaluation }, control);
const wallMs = performance.now() - began;
clearInterval(watch);
peak = Math.max(peak, process.memoryUsage().rss);
const { user, system } = process.cpuUsage(cpuBefore);
const report = await evaluationReport(ctx, evaluation);
const sets = Object.values(report.models).flatMap((model) => model.sets);
const answered = sets.reduce((sum, set) => sum + set.n, 0);
const correct = sets.reduce((sum, set) => sum + set.correct, 0);
const figures = { wallMs, cpuMs: (user + system) / 1000, rssBefore: before, rssPeak: peak, live, answered, correct };
console.log(JSON.stringify(figures));
await services.close();
