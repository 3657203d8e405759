import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { messageOf } from '../core/error.ts';
import { sizeContentType } from '../ledger/witnesses/request.ts';
import type { Witness } from './witness.ts';

/** A proof of 63 lines and a checkpoint with a hundred signatures take a quarter of this. */
const maxBodyBytes = 64 * 1024;

/** C2SP tlog-witness over HTTP; submission and monitoring have the same prefix. Problems inside are told to `report`. */
export function witnessRoutes(witness: Witness, report: (message: string) => void): Hono {
  const app = new Hono();
  app.onError((error, c) => {
    report(messageOf(error));
    return c.text('The witness cannot answer now; its operator was told.\n', 500);
  });
  app.notFound((c) => c.text('A witness has POST /add-checkpoint and GET /<hash of origin>/checkpoint.\n', 404));
  const tooLarge = bodyLimit({ maxSize: maxBodyBytes, onError: (c) => c.text('The request is too large.\n', 413) });
  app.post('/add-checkpoint', tooLarge, async (c) => {
    const answer = await witness.addCheckpoint(new Uint8Array(await c.req.arrayBuffer()));
    if (answer.status === 200) return c.text(answer.lines);
    if (answer.status === 409) return c.body(`${answer.size}\n`, 409, { 'Content-Type': sizeContentType });
    return c.text(`${answer.why}\n`, answer.status);
  });
  app.get('/:origin{[0-9a-f]{64}}/checkpoint', async (c) => {
    const note = await witness.latest(c.req.param('origin'));
    c.header('Cache-Control', 'no-cache');
    return note === undefined ? c.text('This witness has cosigned nothing of that log.\n', 404) : c.text(note);
  });
  return app;
}
