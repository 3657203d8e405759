import { open, stat } from 'node:fs/promises';
import { AppError } from '../../core/error.ts';
import { WorkerEvent } from './worker-process-schema.ts';

/** An event with the byte position after its line: reading on from there continues behind it. */
export type PositionedEvent = { event: WorkerEvent; position: number };

const newline = 0x0a;

/** The whole lines of an event file from a byte position on; a line still being written is left for the next call. */
export async function readEvents(file: string, from: number): Promise<PositionedEvent[]> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size <= from) return [];
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), 0, size - from, from);
    return splitEvents(buffer.subarray(0, bytesRead), from, file);
  } finally {
    await handle.close();
  }
}

/** The step of an event, 0 where it has none. */
export function stepOf(event: WorkerEvent | undefined): number {
  return event !== undefined && 'step' in event ? event.step : 0;
}

function splitEvents(bytes: Buffer, from: number, file: string): PositionedEvent[] {
  const events: PositionedEvent[] = [];
  let start = 0;
  for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
    const event = parseEvent(bytes.subarray(start, end).toString('utf8'), `${file}, byte ${from + start}`);
    start = end + 1;
    events.push({ event, position: from + start });
  }
  return events;
}

function parseEvent(line: string, place: string): WorkerEvent {
  try {
    return WorkerEvent.parse(JSON.parse(line));
  } catch (cause) {
    throw new AppError('internal', `${place}: not an event of the training worker; is the trainer's version another?`, {
      cause,
    });
  }
}
