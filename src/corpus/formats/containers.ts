import { utf8Chunks } from './bytes.ts';
import { csvPlainRecords, csvTableRecords } from './csv-records.ts';
import { jsonDocumentRecords, jsonLineRecords } from './json-records.ts';
import type { RecordStream } from './records.ts';
import { sheetTableRecords } from './sheet-records.ts';
import { fileChunks, type SourceFile } from './source-file.ts';
import { textRecords } from './text-records.ts';

/** How records lie in a file, whatever they mean. */
export type Container =
  | { type: 'json-lines' }
  | { type: 'json-document' }
  | { type: 'csv-table' }
  | { type: 'csv-plain'; width: number }
  | { type: 'text-lines' }
  | { type: 'workbook'; sheet: string };

/** A pass over the records of a file. */
export function containerRecords(file: SourceFile, container: Container): RecordStream {
  if (container.type === 'workbook') return sheetTableRecords(file.path, container.sheet);
  const chunks = utf8Chunks(fileChunks(file));
  switch (container.type) {
    case 'json-lines':
      return jsonLineRecords(chunks);
    case 'json-document':
      return jsonDocumentRecords(chunks);
    case 'csv-table':
      return csvTableRecords(chunks);
    case 'csv-plain':
      return csvPlainRecords(chunks, container.width);
    case 'text-lines':
      return textRecords(chunks);
  }
}
