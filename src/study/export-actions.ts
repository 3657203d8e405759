import type { Context } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { analysisOf, closedStudy, type StudyData } from './analysis-actions.ts';
import { longCsv, wideCsv } from './csv.ts';
import { primaryScript } from './primary-r.ts';
import type { StudyAnalysis } from './report-schema.ts';

type Analysis = () => Promise<StudyAnalysis>;
type File = { mediaType: string; write(data: StudyData, analysis: Analysis): Promise<string | undefined> };

// Their charts bring a drawing library along, which is loaded when one is asked for.
const studyHtml = async (analysis: StudyAnalysis): Promise<string> =>
  (await import('./report-html.ts')).studyHtml(analysis);
const forestSvg = async (analysis: StudyAnalysis, scale: 'points' | 'share'): Promise<string | undefined> =>
  (await import('./forest-svg.ts')).forestSvg(analysis, scale);

const files: Readonly<Record<string, File>> = {
  'report.html': { mediaType: 'text/html', write: async (_, analysis) => studyHtml(await analysis()) },
  'analysis.json': {
    mediaType: 'application/json',
    write: async (_, analysis) => `${JSON.stringify(await analysis(), null, 2)}\n`,
  },
  'forest.svg': { mediaType: 'image/svg+xml', write: async (_, analysis) => forestSvg(await analysis(), 'points') },
  'forest-pass.svg': { mediaType: 'image/svg+xml', write: async (_, analysis) => forestSvg(await analysis(), 'share') },
  'ratings-long.csv': { mediaType: 'text/csv', write: async ({ state, ratings }) => longCsv(state.sealed, ratings) },
  'scores-wide.csv': { mediaType: 'text/csv', write: async ({ state, ratings }) => wideCsv(state.sealed, ratings) },
  'primary.R': {
    mediaType: 'text/plain',
    write: async ({ state }, analysis) => primaryScript(state.sealed, await analysis()),
  },
};

export type ExportedFile = { mediaType: string; text: string };

/** One file of a closed study's export, computed from its rows; `not_found` for another name, or where it would be empty. */
export async function exportFile(ctx: Context, id: string, name: string): Promise<ExportedFile> {
  const data = await closedStudy(ctx, id);
  const file = Object.hasOwn(files, name) ? files[name] : undefined;
  const text = await file?.write(data, () => analysisOf(ctx, data));
  if (file === undefined || text === undefined)
    throw new AppError(
      'not_found',
      `The study ${id} has no export "${name}". There are: ${Object.keys(files).join(', ')}; a chart only where it has a difference to show.`,
    );
  return { mediaType: file.mediaType, text };
}
