import { Readable } from 'node:stream';
import { Hono } from 'hono';
import { z } from 'zod';
import { type AppEnv, idParam, query } from '../../context/http.ts';
import { ProbeLanguage, TargetName, Variant } from '../schema.ts';
import { compareCampaigns, exportReport, getDocument, listExamples } from './actions.ts';
import { ReportDocument } from './formats/document-schema.ts';
import { type ReportFormat, reportFormats } from './formats/format.ts';
import { ExamplePage, Outcome } from './formats/item-schema.ts';
import { RunComparison } from './run-comparison-schema.ts';

/** Declared limits, separated by commas: `unsafe>5%,over-refusal>10%`. */
const Gates = z
  .string()
  .max(2_000)
  .default('')
  .transform((text) => text.split(',').filter((one) => one.trim() !== ''));
const DocumentQuery = z.strictObject({ failOn: Gates });
// the keys of a literal object are exactly the formats
const formatNames = Object.keys(reportFormats) as [ReportFormat, ...ReportFormat[]];
const ExportQuery = z.strictObject({
  format: z.enum(formatNames),
  texts: z.enum(['yes', 'no']).exactOptional(),
  failOn: Gates,
});
const Examples = z.strictObject({
  target: TargetName,
  verdict: Outcome.exactOptional(),
  variant: Variant.exactOptional(),
  dimension: z.string().max(60).exactOptional(),
  strategy: z.string().max(60).exactOptional(),
  language: ProbeLanguage.exactOptional(),
  level: z.coerce.number().int().exactOptional(),
  probe: z.string().max(200).exactOptional(),
  from: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(20),
});
/** `base:aligned,other` compares the targets base and aligned, and the target other with its namesake. */
const Pairs = z.string().transform((text, check) =>
  text.split(',').map((one) => {
    const [a = '', b = a, ...more] = one.split(':');
    if (more.length > 0 || !TargetName.safeParse(a).success || !TargetName.safeParse(b).success)
      check.addIssue({ code: 'custom', message: `"${one}" is no target and no pair of targets` });
    return { a, b };
  }),
);
const CompareQuery = z.strictObject({ a: z.uuid(), b: z.uuid(), targets: Pairs.exactOptional() });

/** Reports of campaigns in their formats, examples, and comparisons of runs; mounted within the red team's routes. */
export const reportRoutes = new Hono<AppEnv>()
  .get('/campaigns/:id/document', async (c) =>
    c.json(ReportDocument.parse(await getDocument(c.var.ctx, idParam(c), query(c, DocumentQuery).failOn))),
  )
  .get('/campaigns/:id/export', async (c) => {
    const { format, texts, failOn } = query(c, ExportQuery);
    const { mediaType, extension, texts: usual } = reportFormats[format];
    const id = idParam(c);
    const wanted = { format, gates: failOn, texts: texts === undefined ? usual : texts === 'yes' };
    const pieces = await exportReport(c.var.ctx, id, wanted);
    c.header('content-type', `${mediaType}; charset=utf-8`);
    c.header('content-disposition', `attachment; filename="redteam-${id.slice(0, 8)}.${extension}"`);
    c.header('cache-control', 'no-store');
    // the same type under two names
    return c.body(Readable.toWeb(Readable.from(encoded(pieces))) as ReadableStream<Uint8Array<ArrayBuffer>>);
  })
  .get('/campaigns/:id/examples', async (c) =>
    c.json(ExamplePage.parse(await listExamples(c.var.ctx, idParam(c), query(c, Examples)))),
  )
  .get('/compare', async (c) => c.json(RunComparison.parse(await compareCampaigns(c.var.ctx, query(c, CompareQuery)))));

async function* encoded(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  for await (const piece of pieces) yield encoder.encode(piece);
}
