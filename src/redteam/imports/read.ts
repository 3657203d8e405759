import { AppError } from '../../core/error.ts';
import { type Container, containerRecords } from '../../corpus/formats/containers.ts';
import { damagedFile, damageOf } from '../../corpus/formats/damage.ts';
import { fileHead, openSourceFile, type SourceFile } from '../../corpus/formats/source-file.ts';
import { keptText, languageOf } from '../../corpus/text.ts';
import type { AttackSources } from '../../profile/attack-schema.ts';
import { Probe } from '../schema.ts';
import { advbench } from './advbench.ts';
import { cares } from './cares.ts';
import type { Fields, ImportChoices, ImportDraft, ProbeFormat } from './format.ts';
import { harmbench } from './harmbench.ts';
import { medSafetyBench, medSafetyRequests } from './medsafetybench.ts';
import { strongreject } from './strongreject.ts';
import { trident } from './trident.ts';
import { xstest } from './xstest.ts';

/** The public sets that are read. */
export const probeFormats: readonly ProbeFormat[] = [
  medSafetyBench,
  harmbench,
  advbench,
  strongreject,
  xstest,
  trident,
  cares,
  medSafetyRequests,
];

/** Attacks of one file, ready to be imported. `left` says which sound records are no attacks, and how many. */
export type ProbeFile = { format: string; probes: Probe[]; left: { reason: string; n: number }[] };

/** The part of a profile that says where the records of public sets are placed. */
export type Placing = { readonly attacks: AttackSources };

type Row = { row: number; line?: number; fields: Fields };

/**
 * Reads a file of a public set. The format is told by its header or first record; `invalid_input` for a file of none, and
 * for the first record that cannot be a probe, naming file, line and column: a set is imported as a whole or not at all.
 */
export async function readProbeFile(
  path: string,
  profile: Placing,
  choices: Partial<ImportChoices> & { format?: string | undefined } = {},
): Promise<ProbeFile> {
  const file = await openSourceFile(path);
  const container = await containerOf(file);
  const rows = await readRows(file, container);
  const format = formatOf(file, rows, choices.format);
  const map = format.mapper({ stem: file.stem, folders: file.folders, all: rows.map(({ fields }) => fields) });
  const left = new Map<string, number>();
  const probes: Probe[] = [];
  for (const { row, line, fields } of rows) {
    const mapped = map(fields, row);
    if ('skipped' in mapped) left.set(mapped.skipped, (left.get(mapped.skipped) ?? 0) + 1);
    else if ('fault' in mapped) throw badRow(file, { row, line, column: mapped.fault.column }, mapped.fault.problem);
    else probes.push(probeOf(mapped.draft, { file, row, line, format, profile, choices }));
  }
  return { format: format.name, probes, left: [...left].map(([reason, n]) => ({ reason, n })) };
}

async function containerOf(file: SourceFile): Promise<Container> {
  const head = (await fileHead(file, 4_096))
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (head.startsWith('[')) return { type: 'json-document' };
  if (head.startsWith('{')) return { type: 'json-lines' };
  return file.name.toLowerCase().endsWith('.txt') ? { type: 'text-lines' } : { type: 'csv-table' };
}

async function readRows(file: SourceFile, container: Container): Promise<Row[]> {
  const rows: Row[] = [];
  try {
    for await (const record of containerRecords(file, container)) {
      const { row, line } = record;
      if ('skipped' in record) throw badRow(file, { row, line }, record.detail);
      rows.push({ row, ...(line === undefined ? {} : { line }), fields: fieldsOf(record.value) });
    }
  } catch (error) {
    const found = damageOf(error);
    throw found === undefined ? error : damagedFile(file.named, found);
  }
  return rows;
}

function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) return { line: String(value) };
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      typeof one === 'string' ? one : one === null ? '' : JSON.stringify(one),
    ]),
  );
}

function formatOf(file: SourceFile, rows: readonly Row[], wanted: string | undefined): ProbeFormat {
  const names = probeFormats.map(({ name }) => name).join(', ');
  const fields = Object.keys(rows[0]?.fields ?? {});
  const found = probeFormats.find((one) => (wanted === undefined ? one.recognises(fields) : one.name === wanted));
  if (found === undefined && wanted !== undefined)
    throw new AppError('invalid_input', `There is no format of probes "${wanted}"; choose from ${names}.`);
  if (found !== undefined) return found;
  throw new AppError(
    'invalid_input',
    `${file.named} has the columns ${fields.join(', ') || 'of no record'}: no format of probes has those. Known are ${names}, and the project's own JSON Lines.`,
  );
}

type Reading = {
  file: SourceFile;
  row: number;
  line: number | undefined;
  format: ProbeFormat;
  profile: Placing;
  choices: Partial<ImportChoices>;
};

function probeOf(draft: ImportDraft, { file, row, line, format, profile, choices }: Reading): Probe {
  const name = format.name.replace(/-requests$/, '');
  const placed = profile.attacks.sources.find((source) => source.format === name);
  const dimension = choices.dimension ?? placed?.dimensions[draft.category] ?? placed?.other;
  if (dimension === undefined)
    throw badRow(
      file,
      { row, line },
      `the profile places no category "${draft.category}" of ${name} in a dimension; name one with --dimension or in attack-sources.yaml`,
    );
  const strategy = choices.strategy ?? placed?.strategies?.[draft.method ?? ''] ?? 'direct';
  const language = languageOf(draft.prompt);
  const id = `${name}-${draft.id}`;
  const parsed = Probe.safeParse({
    id,
    group: id,
    dimension,
    strategy,
    level: draft.level ?? 1,
    language: choices.language ?? (language === 'zh' ? 'zh' : 'en'),
    intent: keptText(draft.intent ?? draft.prompt),
    prompt: keptText(draft.prompt),
    ...(draft.twin === undefined ? {} : { twin: keptText(draft.twin) }),
    ...(choices.split === undefined ? {} : { split: choices.split }),
    origin: { base: draft.id, source: format.source },
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badRow(file, { row, line, column: issue?.path.join('.') ?? '' }, issue?.message ?? 'is no probe');
}

function badRow(
  file: SourceFile,
  place: { row: number; line?: number | undefined; column?: string },
  problem: string,
): AppError {
  const where = place.line === undefined ? `record ${place.row}` : `${place.line}`;
  const column = place.column === undefined ? '' : ` column "${place.column}"`;
  return new AppError(
    'invalid_input',
    `${file.named}:${where}:${column} ${problem}. Nothing of this file was imported.`,
    {
      details: { file: file.named, row: place.row },
    },
  );
}
