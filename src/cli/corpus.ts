import type { Command } from 'commander';
import { z } from 'zod';
import { ImportResult } from '../corpus/import-schema.ts';
import { Question, ScreenResult } from '../corpus/schema.ts';
import { JobReply } from '../generation/schema.ts';
import { refuseUnreadable } from './client.ts';
import { withClient } from './command.ts';

type ImportOptions = {
  dataset: string;
  format?: string;
  kind?: string;
  licence?: string;
  set?: string;
  benchmark?: boolean;
};

export function corpusCommands(program: Command): void {
  const corpus = program.command('corpus').description('questions: exam, guard and ethics');
  corpus
    .command('import')
    .argument('<file...>', 'files of one dataset; folder names count where they carry the subject or split')
    .requiredOption('--dataset <name>', 'name under which the questions stand in the corpus')
    .option('--format <format>', 'do not detect the format')
    .option('--kind <kind>', 'knowledge, guard or ethics, where the records do not say')
    .option('--licence <spdx>', 'licence, where the source states none')
    .option('--set <name>', 'name of the benchmark or split')
    .option('--benchmark', 'measure with these questions, never train on them')
    .description('import question files; the format is told from the content')
    .action(async (files: string[], options: ImportOptions, command: Command) => {
      // Before anything is opened: a wrong path should be told at once.
      for (const file of files) await refuseUnreadable(file);
      await withClient(command, async (client, { terminal }) => {
        const upload = await client.upload(files);
        const { job } = await client.post(JobReply, '/v1/corpus/imports', { upload, ...options });
        const run = await client.wait(job, terminal.progress('import'));
        const result = ImportResult.parse(run.result);
        terminal.result(result, importLines(result));
      });
    });
  corpus
    .command('screen')
    .description('exclude identifiers of patients and benchmark overlap; group near-duplicates')
    .action((_: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { job } = await client.post(JobReply, '/v1/corpus/screenings', {});
        const run = await client.wait(job, terminal.progress('screen'));
        const result = ScreenResult.parse(run.result);
        terminal.result(result, [
          `${result.questions} questions screened: ${result.identifiers} excluded for identifiers of patients, ${result.benchmarkOverlap} as near-duplicates of a benchmark; ${result.grouped} joined the group of a near-duplicate.`,
        ]);
      }),
    );
  corpus
    .command('list')
    .description('what the corpus holds')
    .action((_: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const summary = await client.get(Summary, '/v1/corpus/summary');
        terminal.result(
          summary,
          summary.counts.map(
            (row) =>
              `${row.dataset}\t${row.kind}\t${row.language}\t${row.state}\t${row.benchmark ? 'benchmark' : 'training'}\t${row.n}`,
          ),
        );
      }),
    );
  corpus
    .command('show')
    .argument('<id>')
    .description('one question')
    .action((id: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const question = await client.get(Question, `/v1/corpus/questions/${encodeURIComponent(id)}`);
        const options = (question.options ?? []).map(
          (option) => `  ${question.answer.includes(option.label) ? '*' : ' '}${option.label}. ${option.text}`,
        );
        terminal.result(question, [
          `${question.id} (${question.kind}, ${question.language}, ${question.dimensions.join(' ')})`,
          question.text,
          ...options,
        ]);
      }),
    );
}

const Summary = z.object({
  counts: z.array(
    z.object({
      dataset: z.string(),
      kind: z.string(),
      language: z.string(),
      state: z.string(),
      benchmark: z.boolean(),
      n: z.int(),
    }),
  ),
  dimensions: z.array(z.object({ dimension: z.string(), n: z.int() })),
});

function importLines(result: ImportResult): string[] {
  const files = result.files.flatMap((file) => [
    `${file.path} (${file.format}): ${file.rows} rows, ${file.imported} imported, ${file.duplicates} already there, ${file.skipped} skipped${file.joined + file.unjoined > 0 ? `, ${file.joined} joined, ${file.unjoined} without a question` : ''}`,
    ...file.notes.map((note) => `  note: ${note}`),
  ]);
  const skipped = result.skipped.map(
    (row) =>
      `  skipped ${row.file} row ${row.row}${row.line === undefined ? '' : ` (line ${row.line})`}: ${row.detail} [${row.reason}]`,
  );
  const more = result.counts.skipped - result.skipped.length;
  return [
    ...files,
    ...skipped,
    ...(more > 0
      ? [
          `  … and ${more} more skipped rows (${Object.entries(result.skippedByReason)
            .map(([reason, n]) => `${reason} ${n}`)
            .join(', ')})`,
        ]
      : []),
    ...(result.excluded > 0
      ? [`${result.excluded} questions were excluded from training because a benchmark holds them.`]
      : []),
  ];
}
