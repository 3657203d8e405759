import { SaxesParser } from 'saxes';
import { messageOf } from '../../core/error.ts';
import { utf8Chunks } from './bytes.ts';
import { damage, damageOf, maxRecordBytes } from './damage.ts';

/** Called with local names, without prefix, so that both namespaces of Office Open XML read the same. */
export type XmlHandlers = {
  open?: (name: string, attributes: (local: string) => string | undefined) => void;
  text?: (text: string) => void;
  close?: (name: string) => void;
};

const remedy = 'Open it in a spreadsheet program and save it again as .xlsx.';

/**
 * Feeds an XML part to the handlers and pauses after every chunk, so that the caller can hand on what they gathered. One
 * text or tag above the record limit, and XML that is not well-formed, are damage errors; no entity but XML's own is read.
 */
export async function* xmlElements(chunks: AsyncIterable<Buffer>, handlers: XmlHandlers): AsyncGenerator<void> {
  const parser = new SaxesParser({ position: false, xmlns: false });
  let silent = 0;
  parser.on('opentag', (tag) => {
    silent = 0;
    handlers.open?.(localName(tag.name), (local) => attribute(tag.attributes, local));
  });
  parser.on('text', (text) => {
    silent = 0;
    handlers.text?.(text);
  });
  parser.on('cdata', (text) => handlers.text?.(text));
  parser.on('closetag', (tag) => {
    silent = 0;
    handlers.close?.(localName(tag.name));
  });
  try {
    for await (const chunk of utf8Chunks(chunks)) {
      silent += chunk.length;
      const problem = failureOf(() => parser.write(chunk.toString('utf8')));
      yield; // what came before a problem is sound
      if (problem !== undefined) throw problem;
      if (silent > maxRecordBytes) throw damage('too-long', 'one cell of the workbook is longer than 8 MiB', remedy);
    }
    parser.close();
    yield;
  } catch (error) {
    if (damageOf(error) !== undefined) throw error;
    throw damage('corrupt', `a part of the workbook is not good XML (${messageOf(error)})`, remedy);
  }
}

function failureOf(step: () => void): unknown {
  try {
    step();
    return undefined;
  } catch (error) {
    return error;
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function attribute(attributes: Record<string, unknown>, local: string): string | undefined {
  const name = Object.keys(attributes).find((key) => localName(key) === local);
  const value = name === undefined ? undefined : attributes[name];
  return typeof value === 'string' ? value : undefined;
}
