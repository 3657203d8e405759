import { csvReport } from './csv.ts';
import type { ReportDocument } from './document-schema.ts';
import type { ReportItem } from './item-schema.ts';
import { jsonLinesReport, jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';
import { sarifReport } from './sarif.ts';

/** Writes a report in pieces, reading the items once, target by target. */
export type ReportWriter = (document: ReportDocument, items: AsyncIterable<ReportItem>) => AsyncIterable<string>;

/** Its charts bring a drawing library along, which is loaded when one is asked for. */
async function* htmlReport(...args: Parameters<ReportWriter>): AsyncGenerator<string> {
  yield* (await import('./html.ts')).htmlReport(...args);
}

/**
 * The formats of a report. `texts`: whether prompts and replies are in it unless said otherwise; the formats that systems of
 * continuous integration show to everybody leave them out.
 */
export const reportFormats = {
  html: { write: htmlReport, mediaType: 'text/html', extension: 'html', texts: true },
  json: { write: jsonReport, mediaType: 'application/json', extension: 'json', texts: true },
  jsonl: { write: jsonLinesReport, mediaType: 'application/jsonl', extension: 'jsonl', texts: true },
  csv: { write: csvReport, mediaType: 'text/csv', extension: 'csv', texts: true },
  junit: { write: junitReport, mediaType: 'application/xml', extension: 'junit.xml', texts: false },
  sarif: { write: sarifReport, mediaType: 'application/sarif+json', extension: 'sarif', texts: false },
  markdown: { write: markdownReport, mediaType: 'text/markdown', extension: 'md', texts: false },
} as const satisfies Record<string, { write: ReportWriter; mediaType: string; extension: string; texts: boolean }>;

export type ReportFormat = keyof typeof reportFormats;
