import { inertJson } from '../../../core/inert-text.ts';
import type { ReportDocument } from './document-schema.ts';
import type { ReportItem } from './item-schema.ts';

/** One JSON document: the report's own fields, then `items`, one a line. */
export async function* jsonReport(document: ReportDocument, items: AsyncIterable<ReportItem>): AsyncGenerator<string> {
  yield `${inertJson(document).slice(0, -1)},"items":[`;
  let separator = '\n';
  for await (const item of items) {
    yield `${separator}${inertJson(item)}`;
    separator = ',\n';
  }
  yield '\n]}\n';
}

/** JSON Lines: one item a line, exact texts. */
export async function* jsonLinesReport(_: ReportDocument, items: AsyncIterable<ReportItem>): AsyncGenerator<string> {
  for await (const item of items) yield `${inertJson(item)}\n`;
}
