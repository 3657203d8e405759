import { Command, CommanderError } from 'commander';
import { AppError, exitCode, messageOf } from '../core/error.ts';
import { accountCommands } from './account.ts';
import { corpusCommands } from './corpus.ts';
import { demoCommands } from './demo/demo.ts';
import { eraseCommands } from './erase.ts';
import { evaluateCommands } from './evaluate.ts';
import { evidenceCommands } from './evidence.ts';
import { generateCommands } from './generate.ts';
import { lintReportCommands } from './lint-report.ts';
import { logCommands } from './log.ts';
import { modelCommands } from './model.ts';
import { proveCommands } from './prove.ts';
import { judgeCommands } from './redteam/judge.ts';
import { redteamCommands } from './redteam/redteam.ts';
import { releaseCommands } from './release.ts';
import { reviewCommands } from './review.ts';
import { statsCommands } from './stats/stats.ts';
import { studyCommands } from './study/study.ts';
import { trainCommands } from './training/train.ts';
import { verifyCommands } from './verify.ts';
import { webhookCommands } from './webhook.ts';
import { witnessCommands } from './witness.ts';
import { workspaceCommands } from './workspace.ts';

const program = new Command('safemed')
  .description(
    "SafeMed-R1: clinicians' review into a safer medical language model, and into evidence that anyone can check.",
  )
  .version('0.1.0')
  .option('--json', 'print exactly one JSON document on stdout')
  .option('--workspace <dir>', 'the workspace (default: the nearest safemed.yaml)')
  .option('--server <url>', 'send requests to this server')
  .option('--token <token>', 'API token (default: SAFEMED_TOKEN, else the local operator)')
  .showHelpAfterError('(safemed --help lists the commands)')
  .exitOverride();

for (const add of [
  workspaceCommands,
  demoCommands,
  accountCommands,
  corpusCommands,
  generateCommands,
  reviewCommands,
  releaseCommands,
  trainCommands,
  modelCommands,
  redteamCommands,
  judgeCommands,
  evaluateCommands,
  studyCommands,
  evidenceCommands,
  verifyCommands,
  logCommands,
  proveCommands,
  eraseCommands,
  statsCommands,
  lintReportCommands,
  webhookCommands,
  witnessCommands,
])
  add(program);

try {
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = report(error);
}

/** Tells people what went wrong and returns the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const known = error instanceof AppError ? error : new AppError('internal', messageOf(error), { cause: error });
  if (process.argv.includes('--json'))
    process.stdout.write(`${JSON.stringify({ error: { code: known.code, message: known.message } })}\n`);
  process.stderr.write(`safemed: ${known.message}\n`);
  if (known.code === 'internal' && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  return exitCode(known.code);
}
