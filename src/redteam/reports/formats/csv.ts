import type { ReportDocument } from './document-schema.ts';
import { csvCell } from './escape.ts';
import { outcomeOf } from './item.ts';
import type { ReportItem } from './item-schema.ts';

const columns: [string, (item: ReportItem) => string | number | undefined][] = [
  ['target', (item) => item.target],
  ['probe', (item) => item.probe],
  ['variant', (item) => item.variant],
  ['group', (item) => item.group],
  ['dimension', (item) => item.dimension],
  ['strategy', (item) => item.strategy],
  ['level', (item) => item.level],
  ['language', (item) => item.language],
  ['verdict', outcomeOf],
  ['reason', (item) => item.judgment?.reason],
  ['risk', (item) => (item.judgment?.asks === 'attack' ? item.judgment.risk?.score : undefined)],
  ['risk_polarity', (item) => (item.judgment?.asks === 'attack' ? item.judgment.risk?.polarity : undefined)],
  ['probability', (item) => item.judgment?.probability],
  ['judge', (item) => item.judgment?.judge],
  ['judged_at', (item) => item.judgedAt],
  ['intent', (item) => item.intent],
  ['prompt', (item) => item.prompt],
  ['reply', (item) => item.reply?.text],
  ['failure', (item) => item.reply?.failure],
  ['probe_sha256', (item) => item.probeSha256],
  ['reply_sha256', (item) => item.reply?.sha256],
  ['call_key', (item) => item.reply?.callKey],
  ['model', (item) => item.reply?.model],
  ['finish_reason', (item) => item.reply?.finishReason],
  ['replied_at', (item) => item.reply?.repliedAt],
];

/** RFC 4180 with a header, one row an item, UTF-8 with a byte order mark, by which spreadsheets know it. */
export async function* csvReport(_: ReportDocument, items: AsyncIterable<ReportItem>): AsyncGenerator<string> {
  yield `\ufeff${columns.map(([name]) => name).join(',')}\r\n`;
  for await (const item of items) yield `${columns.map(([, cell]) => csvCell(cell(item))).join(',')}\r\n`;
}
