import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { AppError, messageOf } from '../../core/error.ts';
import { inertText } from '../../core/inert-text.ts';
import { parseYamlFile } from '../../profile/load.ts';
import { StudyDesign } from '../../study/design-schema.ts';
import { StudyAnalysis } from '../../study/report-schema.ts';
import { ImportReport, Study, StudyList, StudyPlan } from '../../study/schema.ts';
import type { Client } from '../client.ts';
import { withClient } from '../command.ts';
import { readStudyFile } from './file.ts';
import { analysisLines, planLines, statusLines, summaryLine } from './lines.ts';

/** Files of `--out`; a chart is left out where it has nothing to show. */
const exported = ['report.html', 'analysis.json', 'ratings-long.csv', 'scores-wide.csv', 'primary.R'];
const charts = { points: 'forest.svg', share: 'forest-pass.svg' } as const;

export function studyCommands(program: Command): void {
  const study = program
    .command('study')
    .description('paired expert studies: design, registration, blinded rating, analysis');
  createCommands(study);
  stepCommands(study);
  importCommand(study);
  analyzeCommand(study);
}

function createCommands(study: Command): void {
  study
    .command('create')
    .argument('<file>', 'YAML: arms, vignettes, raters and what is registered')
    .option('--check', 'say power and refused claims, and store nothing')
    .description('a study from its design; prints the power before and the claims it refuses')
    .action((file: string, { check }: { check?: boolean }, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const design = parseYamlFile(file, StudyDesign).value;
        if (check === true) {
          const plan = await client.post(StudyPlan, '/v1/studies/check', { design });
          return terminal.result(plan, planLines(plan).map(inertText));
        }
        const made = await client.post(Study, '/v1/studies', { design });
        terminal.result(made, [`study ${made.id}: draft`, ...planLines(made.plan).map(inertText)]);
      }),
    );
  study
    .command('list')
    .description('studies, newest first')
    .action((_: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const list = await client.get(StudyList, '/v1/studies');
        terminal.result(
          list,
          list.studies.length === 0 ? ['no studies'] : list.studies.map(summaryLine).map(inertText),
        );
      }),
    );
  study
    .command('status')
    .argument('<study>', 'id of the study')
    .description('steps, responses and ratings; nothing of what the ratings say')
    .action((id: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const one = await client.get(Study, `/v1/studies/${id}`);
        terminal.result(one, statusLines(one).map(inertText));
      }),
    );
}

type Reasons = { lowPower?: string; missing?: string; incomplete?: string; reason?: string; change?: string };

function stepCommands(study: Command): void {
  const step = (name: string, path: string, what: string): Command =>
    study
      .command(name)
      .argument('<study>', 'id of the study')
      .description(what)
      .action((id: string, options: Reasons, command: Command) =>
        withClient(command, async (client, { terminal }) => {
          const one = await client.post(Study, `/v1/studies/${id}/${path}`, options);
          terminal.result(one, statusLines(one).map(inertText));
        }),
      );
  step('register', 'register', 'seal the pre-registration in the log; the design never changes afterwards').option(
    '--low-power <reason>',
    'why the study is done although its primary claim has too little power',
  );
  step('open', 'open', 'fix the responses and who rates what, and let rating begin').option(
    '--missing <reason>',
    'why rating begins although responses are missing',
  );
  step('close', 'close', 'end rating and unblind the study').option(
    '--incomplete <reason>',
    'why the study ends although planned ratings are missing',
  );
  step('amend', 'amendments', 'record a deviation from the registration; it is listed in the analysis')
    .requiredOption('--change <text>', 'what is done otherwise than registered')
    .requiredOption('--reason <text>', 'why');
}

function importCommand(study: Command): void {
  study
    .command('import')
    .argument('<study>', 'id of the study')
    .argument('<file>', 'CSV or JSON Lines: responses (arm, vignette, text), or ratings (rater, arm, vignette, axes)')
    .description('add responses before the opening, or ratings made elsewhere after it; again is the same')
    .action((id: string, file: string, _: unknown, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const { kind, rows } = await readStudyFile(file);
        const path = kind === 'responses' ? 'responses' : 'imported-ratings';
        const report = await client.post(ImportReport, `/v1/studies/${id}/${path}`, { rows });
        terminal.result({ kind, ...report }, [`${report.added} ${kind} added, ${report.same} there already.`]);
      }),
    );
}

type AnalyzeOptions = { html?: string; out?: string };

function analyzeCommand(study: Command): void {
  study
    .command('analyze')
    .argument('<study>', 'id of a closed study')
    .option('--html <file>', 'write the report as one page')
    .option('--out <dir>', 'write report, charts, CSV files and the R script')
    .description('the registered analysis of a closed study; exit 1 when the registration was not followed')
    .action((id: string, { html, out }: AnalyzeOptions, command: Command) =>
      withClient(command, async (client, { terminal }) => {
        const analysis = await client.get(StudyAnalysis, `/v1/studies/${id}/analysis`);
        const files: string[] = [];
        const save = async (name: string, path: string): Promise<void> => {
          await saveExport(client, `/v1/studies/${id}/export/${name}`, path);
          files.push(path);
        };
        if (html !== undefined) await save('report.html', html);
        if (out !== undefined) {
          await mkdir(out, { recursive: true });
          const drawn = (['points', 'share'] as const)
            .filter((unit) => analysis.forest.some((row) => row.unit === unit))
            .map((unit) => charts[unit]);
          for (const name of [...exported, ...drawn]) await save(name, join(out, name));
        }
        process.exitCode = analysis.conduct.followed ? 0 : 1;
        terminal.result(analysis, [
          ...analysisLines(analysis).map(inertText),
          ...files.map((file) => `written: ${file}`),
        ]);
      }),
    );
}

async function saveExport(client: Client, path: string, file: string): Promise<void> {
  const bytes = new Uint8Array(await (await client.download(path)).arrayBuffer());
  try {
    await writeFile(file, bytes);
  } catch (error) {
    throw new AppError('invalid_input', `${file} cannot be written: ${messageOf(error)}.`, { cause: error });
  }
}
