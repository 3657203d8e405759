import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { damageOf } from './damage.ts';
import { type CorpusFile, type CorpusRow, openCorpusFiles } from './read.ts';
import { openWorkbook } from './workbook.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'workbook-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A ZIP archive (APPNOTE 6.3.x, deflate), as spreadsheet programs write it. */
function zip(parts: Record<string, string | Buffer>): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(parts)) {
    const data = Buffer.from(content);
    const packed = deflateRawSync(data);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, Buffer.from(name)]));
    bodies.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, central, end]);
}

const transitional = {
  main: 'http://schemas.openxmlformats.org/spreadsheetml/2006/main',
  relations: 'http://schemas.openxmlformats.org/officeDocument/2006/relationships',
};
const strict = {
  main: 'http://purl.oclc.org/ooxml/spreadsheetml/main',
  relations: 'http://purl.oclc.org/ooxml/officeDocument/relationships',
};

function workbook(rows: string, dialect = transitional, shared = ''): Record<string, string> {
  const packages = 'http://schemas.openxmlformats.org/package/2006/relationships';
  return {
    '_rels/.rels': `<Relationships xmlns="${packages}"><Relationship Id="r1" Type="${dialect.relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${dialect.main}" xmlns:r="${dialect.relations}"><sheets><sheet name="First" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packages}"><Relationship Id="r1" Type="${dialect.relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="${dialect.relations}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>`,
    'xl/sharedStrings.xml': `<sst xmlns="${dialect.main}">${shared}</sst>`,
    'xl/worksheets/sheet1.xml': `<?xml version="1.0"?><worksheet xmlns="${dialect.main}"><sheetData>${rows}</sheetData></worksheet>`,
  };
}

const inline = (reference: string, text: string): string =>
  `<c r="${reference}" t="inlineStr"><is><t>${text}</t></is></c>`;

async function written(name: string, bytes: Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

async function collected(file: CorpusFile | undefined): Promise<CorpusRow[]> {
  const rows: CorpusRow[] = [];
  for await (const row of file?.rows() ?? []) rows.push(row);
  return rows;
}

async function rowsOf(path: string): Promise<string[][]> {
  const book = await openWorkbook(path);
  const rows: string[][] = [];
  for (const sheet of book.sheets) for await (const { cells } of sheet.rows()) rows.push(cells);
  book.close();
  return rows;
}

test.each([
  ['transitional', transitional],
  ['Strict', strict],
])('cells of every kind are read from %s Office Open XML', async (name, dialect) => {
  const rows = `<row r="1">${inline('A1', '&#32925; &lt;a&gt;')}<c r="C1" t="s"><v>1</v></c></row>
    <row r="3"><c r="A3"><v>12.5</v></c><c r="B3" t="str"><f>A1</f><v>x_x000D_y</v></c><c t="b"><v>1</v></c></row>`;
  const shared = '<si><t>zero</t></si><si><r><t>one </t></r><r><t>two</t></r><rPh><t>yomi</t></rPh></si>';
  const path = await written(`${name}.xlsx`, zip(workbook(rows, dialect, shared)));
  expect(await rowsOf(path)).toEqual([
    ['肝 <a>', '', 'one two'],
    ['12.5', 'x\ry', '1'],
  ]);
});

const questions = [
  `<row r="1">${['Question', 'Options', 'Answer', 'Explanation'].map((t, at) => inline(`${'ABCD'[at]}1`, t)).join('')}</row>`,
  `<row r="2">${inline('A2', '首选药物是')}${inline('B2', 'A 甲\\nB 乙\\nC 丙')}${inline('C2', 'AC')}${inline('D2', 'nan')}</row>`,
  `<row r="3"></row>`,
  `<row r="4">${inline('A4', '禁忌是')}${inline('B4', 'A 甲\\nB 乙')}${inline('C4', 'nan')}${inline('D4', '理由')}</row>`,
].join('');

test.each([
  ['transitional', transitional],
  ['Strict', strict],
])('a CMExam workbook (%s) gives its questions, with "nan" as missing', async (name, dialect) => {
  const path = await written(`cmexam-${name}.xlsx`, zip(workbook(questions, dialect)));
  const [file] = await openCorpusFiles([path], { dataset: 'd' });
  const rows = await collected(file);
  expect(file?.format).toBe('cmexam');
  expect(rows).toMatchObject([
    {
      row: 1,
      line: 2,
      question: { text: '首选药物是', answer: ['A', 'C'], options: [{}, {}, { label: 'C', text: '丙' }] },
    },
    { row: 2, line: 4, question: { answer: [], flags: ['missing-answer'], explanation: '理由' } },
  ]);
  expect(rows[0]).not.toHaveProperty('question.explanation');
});

test('a workbook cut anywhere is refused as damaged', async () => {
  const whole = zip(workbook(questions));
  for (const share of [0.1, 0.5, 0.9, 0.99]) {
    const path = await written('cut.xlsx', whole.subarray(0, Math.floor(whole.length * share)));
    await expect(openCorpusFiles([path], { dataset: 'd' })).rejects.toThrow(
      /cut\.xlsx: the workbook is cut short or damaged/,
    );
  }
});

test('a workbook with a broken sheet is refused as damaged', async () => {
  const path = await written('broken.xlsx', zip(workbook(`${questions}<row><c>`)));
  const [file] = await openCorpusFiles([path], { dataset: 'd' });
  await expect(collected(file)).rejects.toThrow(/not good XML.*Nothing of this file was imported/);
});

test('a sheet that unpacks to hundreds of times its size is refused before it is unpacked', async () => {
  const path = await written(
    'bomb.xlsx',
    zip({ ...workbook(''), 'xl/worksheets/sheet1.xml': Buffer.alloc(64 * 1024 * 1024, ' ') }),
  );
  await expect(rowsOf(path)).rejects.toSatisfy((error) => damageOf(error)?.reason === 'too-long');
});

test('one endless cell ends the reading', async () => {
  const long = Buffer.alloc(12 * 1024 * 1024);
  for (let at = 0; at < long.length; at++) long[at] = 97 + ((at * 7919 + (at >> 5) * 31 + (at >> 11)) % 23);
  const sheet = Buffer.concat([Buffer.from('<worksheet><sheetData><row><c t="inlineStr"><is><t>'), long]);
  const path = await written('long.xlsx', zip({ ...workbook(''), 'xl/worksheets/sheet1.xml': sheet }));
  await expect(rowsOf(path)).rejects.toSatisfy((error) => damageOf(error)?.reason === 'too-long');
});

test('entities other than those of XML itself are not expanded', async () => {
  const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData><row>${inline('A1', '&b;')}</row></sheetData></worksheet>`;
  const path = await written('entities.xlsx', zip({ ...workbook(''), 'xl/worksheets/sheet1.xml': bomb }));
  await expect(rowsOf(path)).rejects.toThrow(/not good XML/);
});

test('a ZIP file that is no workbook is refused by name', async () => {
  const path = await written('other.zip', zip({ 'a.txt': 'x' }));
  await expect(openCorpusFiles([path], { dataset: 'd' })).rejects.toThrow(
    /other\.zip: the ZIP file is no \.xlsx workbook/,
  );
});
