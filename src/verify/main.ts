import { stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { AppError, exitCode, messageOf } from '../core/error.ts';
import { reportText } from './print.ts';
import { proofText, readProofFile } from './proof-file.ts';
import { verifyExport } from './verify-export.ts';

const usage = `Usage: cts-verify DIR [--policy FILE] [--record ID] [--json]
       cts-verify FILE.tlog-proof --policy FILE [--json]

Checks an exported release: digests, signatures, the log, every history, every edit, the gate.
Of a proof file: that its event is in the log. Reads nothing but these files; needs no network.

  --policy FILE   keys and quorum you trust (C2SP tlog-policy); without it those of the export
  --record ID     also tell how this row came into the release
  --json          print the report as one JSON document

Exit codes: 0 verified · 1 altered · 2 wrong usage or format · 3 incomplete
`;

/** The stand-alone verifier: arguments in, report out, exit code set. */
async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      policy: { type: 'string' },
      record: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [directory, ...more] = positionals;
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  if (directory === undefined || more.length > 0) throw new AppError('invalid_input', usage);
  const print = <T extends { exitCode: number }>(report: T, text: (report: T) => string): void => {
    process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : text(report));
    process.exitCode = report.exitCode;
  };
  if ((await stat(directory).catch(() => undefined))?.isFile() === true)
    return print(await readProofFile(directory, values.policy), proofText);
  const report = await verifyExport(directory, {
    ...(values.policy === undefined ? {} : { policy: values.policy }),
    ...(values.record === undefined ? {} : { record: values.record }),
  });
  print(report, reportText);
}

if (isMainThread)
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = error instanceof AppError ? exitCode(error.code) : 2;
  });
