import { Hono } from 'hono';
import { requireRole } from '../context/actor.ts';
import type { AppEnv } from '../context/http.ts';
import { AppError } from '../core/error.ts';
import { systemOpenings } from './history.ts';
import type { Log } from './log/log.ts';
import { sequencerOf } from './log/sequencer.ts';
import { Openings } from './schema.ts';
import { nodesAtLevel, parseTilePath, type Tile, tileWidth } from './tiles/path.ts';

/**
 * The log as a C2SP tlog-tiles server, read-only: heads and hashes for everyone who is let in, entry bundles for
 * auditors, because the times and numbers of events tell when and how much people work. With witnesses the checkpoint
 * is the newest one that they have cosigned, some seconds behind the log.
 */
export const logRoutes = new Hono<AppEnv>()
  .get('/checkpoint', (c) => {
    c.header('Content-Type', 'text/plain; charset=utf-8');
    c.header('Cache-Control', 'no-cache');
    const { ledger } = c.var.ctx;
    return c.body(ledger.cosigner?.published() ?? sequencerOf(ledger).log.checkpoint());
  })
  .get('/keys', async (c) => c.json(Openings.parse({ openings: await systemOpenings(c.var.ctx, 'key.rotated') })))
  .get('/tile/*', async (c) => {
    const path = c.req.path.slice(c.req.path.lastIndexOf('/tile/') + 1);
    const { log } = sequencerOf(c.var.ctx.ledger);
    const tile = publishedTile(log, path);
    if (tile.level === 'entries') requireRole(c.var.ctx.actor, 'auditor');
    const bytes = await log.tiles.read(path);
    if (bytes === undefined)
      throw missing(path, 'Ask for the full tile, or for the width that the checkpoint implies.');
    c.header('Content-Type', 'application/octet-stream');
    const audience = tile.level === 'entries' ? 'private' : 'public';
    c.header('Cache-Control', `${audience}, max-age=31536000, immutable`);
    return c.body(new Uint8Array(bytes));
  });

/** The tile a path names, if the signed head covers all of it: what lies beyond was never published. */
function publishedTile(log: Log, path: string): Tile {
  const tile = parseTilePath(path);
  if (tile === undefined) throw missing(path, 'That is not the path of a tile.');
  const end = tile.index * tileWidth + tile.width;
  if (end > nodesAtLevel(log.head().size, tile.level)) throw missing(path, 'The log has not grown that far.');
  return tile;
}

function missing(path: string, what: string): AppError {
  return new AppError('not_found', `The log has no ${path}. ${what}`);
}
