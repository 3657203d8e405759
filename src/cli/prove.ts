import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../core/error.ts';
import { proveRecord } from '../verify/prove.ts';
import { type Invocation, invocation } from './command.ts';

type ProveOptions = { from?: string; out?: string };

export function proveCommands(program: Command): void {
  program
    .command('prove')
    .argument('<record>', 'the id of a row')
    .option('--from <dir>', 'the exported release that holds it (default: the only one of this workspace)')
    .option('--out <file>', 'where to write the proof (default: <record>.tlog-proof)')
    .description('write one file that proves the approval of a row to whoever has the policy')
    .action(async (record: string, options: ProveOptions, command: Command) => {
      const inv = invocation(command);
      const from = options.from ?? onlyRelease(inv);
      const out = options.out ?? `${record.replaceAll(/[^\w.-]+/g, '_')}.tlog-proof`;
      const { index, size, text } = await proveRecord(from, record);
      await writeFile(out, text);
      inv.terminal.result({ file: out, index, size }, [
        `${out}: leaf ${index} of ${size}. It holds the approval's signed contents; check it with`,
        `  safemed verify ${out} --policy ${join(from, 'provenance', 'policy.txt')}`,
      ]);
    });
}

function onlyRelease(inv: Invocation): string {
  const { releases } = inv.workspace();
  const names = readdirSync(releases).filter((name) => existsSync(join(releases, name, 'MANIFEST.json')));
  const [name, ...more] = names.filter((one) => !one.startsWith('.'));
  if (name === undefined)
    throw new AppError('not_found', 'This workspace has no frozen release: name one with --from.');
  if (more.length > 0)
    throw new AppError(
      'invalid_input',
      `This workspace has several releases (${[name, ...more].join(', ')}): name one with --from.`,
    );
  return join(releases, name);
}
