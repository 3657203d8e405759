import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { AppError } from '../../core/error.ts';
import { trainerDirectory } from './environment.ts';
import { runCommand } from './environment-command.ts';

const Digest = z.string().regex(/^[0-9a-f]{64}$/);
const Described = z.object({ sha256: Digest, architecture: z.string(), parameters: z.int() });
const Located = z.object({ path: z.string(), package: z.string(), version: z.string() });

const PreparedBase = z.object({
  name: z.string(),
  /** The file or directory the user named, or the packaged file. */
  source: z.object({ path: z.string(), sha256: Digest }),
  /** A plain model directory to train from, and its digest (`sha256sum * | sha256sum` inside it). */
  directory: z.string(),
  sha256: Digest,
  architecture: z.string(),
  parameters: z.int(),
  /** The file to serve from; null for a model directory, which has none. */
  gguf: z.string().nullable(),
});
export type PreparedBase = z.infer<typeof PreparedBase>;

/** Digest of the one file that the pinned package release may hold. */
const packaged = {
  name: 'SmolLM2-135M-Instruct',
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
};

/** The packaged base model of the demonstration. */
export const packagedModel = 'smollm2';

/**
 * A base model ready for training: `smollm2` for the packaged one, or the path of a GGUF file or model directory.
 * A GGUF file is converted once into `target`; later calls verify its digest and reuse the result. `invalid_input` for
 * a path that is neither, `check_failed` when the packaged file is not the published one, `unavailable` when the
 * conversion fails.
 */
export async function prepareBase(python: string, named: string, target: string): Promise<PreparedBase> {
  const path = named === packagedModel ? await locatePackaged(python) : named;
  const kind = await stat(path).catch(() => undefined);
  if (kind?.isDirectory()) return describeDirectory(python, path);
  if (!kind?.isFile() || !(await isGguf(path)))
    throw new AppError('invalid_input', `${path}: neither a GGUF file nor a model directory; name one of the two.`);
  const sha256 = await fileSha256(path);
  if (named === packagedModel && sha256 !== packaged.sha256)
    throw new AppError(
      'check_failed',
      `${path} has digest ${sha256}, not the published one; install its package again.`,
    );
  const record = join(target, `${sha256.slice(0, 16)}.json`);
  const known = await readRecord(record);
  if (known !== undefined) return { ...known, source: { path, sha256 }, gguf: path };
  await mkdir(target, { recursive: true });
  const directory = join(target, sha256.slice(0, 16));
  const described = await convert(python, Described, ['base', path, directory]);
  const name = named === packagedModel ? packaged.name : basename(path, '.gguf');
  const base: PreparedBase = { name, source: { path, sha256 }, directory, ...described, gguf: path };
  await writeFile(`${record}.part`, JSON.stringify(base, null, 1));
  await rename(`${record}.part`, record);
  return base;
}

async function locatePackaged(python: string): Promise<string> {
  return (await convert(python, Located, ['locate'])).path;
}

async function describeDirectory(python: string, directory: string): Promise<PreparedBase> {
  const described = await convert(python, Described, ['describe', directory]);
  const source = { path: directory, sha256: described.sha256 };
  return { name: basename(directory), source, directory, ...described, gguf: null };
}

async function convert<T>(python: string, schema: z.ZodType<T>, args: string[], input?: string): Promise<T> {
  const output = await runCommand(python, ['-m', 'safemed_trainer.convert', ...args], {
    cwd: trainerDirectory,
    ...(input === undefined ? {} : { input }),
  });
  return schema.parse(JSON.parse(output.trim().split('\n').at(-1) ?? ''));
}

async function readRecord(file: string): Promise<PreparedBase | undefined> {
  try {
    const base = PreparedBase.parse(JSON.parse(await readFile(file, 'utf8')));
    await stat(join(base.directory, 'config.json'));
    return base;
  } catch {
    return undefined; // never converted, or half deleted: convert again
  }
}

async function isGguf(path: string): Promise<boolean> {
  const stream = createReadStream(path, { end: 3 });
  for await (const bytes of stream) return String(bytes) === 'GGUF';
  return false;
}

/** SHA-256 of a file of any size, lower-case hex. */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Texts on which tokenizers have been seen to differ: digits after blanks and line breaks, units, Chinese, markup. */
export const tokenizerProbes: readonly string[] = [
  '500 mg',
  '12.5 %',
  'BP 120/80 mmHg; HbA1c 7.2%',
  'Steps:\n\n1. Stop the medicine.\n2. Check the INR.',
  'dose:  500  mg',
  '\n\n\n3 days',
  '2024-05-01 at 08:30',
  '剂量500毫克，每日3次',
  'β-lactam allergy: 0.5 µg/mL ≥ MIC',
  '<|im_start|>user\nMay I give 2 tablets?<|im_end|>\n<|im_start|>assistant\n',
  '<think>\n1. Check renal function.\n</think>\n<answer>B. 250 mg twice daily</answer>',
  "I'm on warfarin 5mg; they'd said it's fine.",
];

/**
 * Checks that training and serving see the same tokens. `tokenize` is the serving side's, special tokens read as such.
 * `check_failed` with the first text on which they differ: training such a base would teach the served model nothing.
 */
export async function checkTokenizer(
  python: string,
  base: PreparedBase,
  tokenize: (text: string) => Promise<readonly number[]> | readonly number[],
): Promise<void> {
  const trained = await convert(
    python,
    z.array(z.array(z.int())),
    ['tokens', base.directory],
    JSON.stringify(tokenizerProbes),
  );
  for (const [index, text] of tokenizerProbes.entries()) {
    const served = await tokenize(text);
    if (served.join() !== trained[index]?.join())
      throw new AppError(
        'check_failed',
        `${base.name}: ${JSON.stringify(text)} has tokens ${trained[index]?.join(' ')} in training but ` +
          `${served.join(' ')} in serving; this GGUF file cannot be trained from, name the model's directory instead.`,
      );
  }
}
