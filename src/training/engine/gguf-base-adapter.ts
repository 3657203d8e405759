import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AppError } from '../../core/error.ts';
import { runCommand } from './environment-command.ts';
import { fileSha256 } from './gguf-base.ts';

const converter = 'convert_lora_to_gguf.py';

export type AdapterConversion = {
  python: string;
  /** The model directory the adapter was trained from. */
  base: string;
  /** The directory of the trained adapter. */
  adapter: string;
  output: string;
  /** Where llama.cpp's converter is unpacked once; may be shared. */
  tools: string;
};

/**
 * Converts a trained adapter into the GGUF file that llama.cpp serves beside the base, with llama.cpp's own converter
 * out of the git bundle that node-llama-cpp ships: the same release that will load the file. Returns its digest.
 * `unavailable` when git or the bundle is missing or the converter refuses the adapter.
 */
export async function adapterToGguf(conversion: AdapterConversion): Promise<{ path: string; sha256: string }> {
  const { python, base, adapter, output, tools } = conversion;
  const script = join(await unpackConverter(tools), converter);
  const part = `${output}.part`;
  await mkdir(dirname(output), { recursive: true });
  await runCommand(python, [script, '--base', base, '--outfile', part, '--outtype', 'f16', adapter]);
  await rename(part, output);
  return { path: output, sha256: await fileSha256(output) };
}

async function unpackConverter(tools: string): Promise<string> {
  const bundle = locateBundle();
  const heads = await runCommand('git', ['bundle', 'list-heads', bundle]);
  const commit = heads.match(/^[0-9a-f]{40}/)?.[0];
  if (commit === undefined)
    throw new AppError('unavailable', `${bundle} holds no commit; install node-llama-cpp again.`);
  const directory = join(tools, `llama.cpp-${commit.slice(0, 12)}`);
  if (existsSync(directory)) return directory;
  const part = `${directory}.${process.pid}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(tools, { recursive: true });
  await runCommand('git', ['clone', '--quiet', '--no-checkout', bundle, part]);
  await runCommand('git', ['-C', part, 'checkout', '--quiet', commit, '--', converter, 'conversion', 'gguf-py']);
  await rm(join(part, '.git'), { recursive: true, force: true });
  await rename(part, directory).catch(async (error: unknown) => {
    await rm(part, { recursive: true, force: true });
    if (!existsSync(directory)) throw error; // else another process was first
  });
  return directory;
}

function locateBundle(): string {
  const entry = createRequire(import.meta.url).resolve('node-llama-cpp');
  const bundle = join(dirname(entry), '..', 'llama', 'gitRelease.bundle');
  if (existsSync(bundle)) return bundle;
  throw new AppError('unavailable', `${bundle} is missing: this node-llama-cpp ships no llama.cpp; install it again.`);
}
