import { createReadStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { canonicalJson } from '../core/canonical-json.ts';
import { AppError, messageOf } from '../core/error.ts';
import { sha256Hex } from '../core/hash.ts';
import type { ChatEndpoint } from './endpoint.ts';
import { requestDigest } from './request-digest.ts';
import { ChatReply, ChatRequest, type RecordedConfig } from './schema.ts';

/** One line of a file of recorded replies. The request is there for readers; the digest decides. */
const RecordedLine = z.strictObject({
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  request: ChatRequest.exactOptional(),
  reply: ChatReply,
});

/**
 * An endpoint that answers from a file of JSON Lines `{digest, request?, reply}`, where the digest is the SHA-256 of the
 * request's RFC 8785 text. Throws invalid_input, naming the line, for a file that is not that; a request without a
 * recorded reply is `not_found`.
 */
export async function openRecorded(id: string, config: RecordedConfig): Promise<ChatEndpoint> {
  const replies = await readReplies(config.file);
  const contents = sha256Hex(canonicalJson([...replies].sort(([a], [b]) => (a < b ? -1 : 1))));
  return {
    id,
    model: config.model,
    identity: { type: 'recorded', contents },
    concurrency: 32,
    chat: async (request, signal) => {
      signal?.throwIfAborted();
      const digest = requestDigest(request);
      const reply = replies.get(digest);
      if (reply !== undefined) return reply;
      throw new AppError('not_found', missing(request, digest, config.file), { details: { endpoint: id, digest } });
    },
    close: async () => undefined,
  };
}

async function readReplies(file: string): Promise<Map<string, ChatReply>> {
  const replies = new Map<string, ChatReply>();
  let number = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
      number++;
      if (line.trim() === '') continue;
      const { digest, request, reply } = RecordedLine.parse(JSON.parse(line));
      if (request !== undefined && requestDigest(request) !== digest)
        throw new Error('the digest is not the request’s');
      const earlier = replies.get(digest);
      if (earlier !== undefined && canonicalJson(earlier) !== canonicalJson(reply))
        throw new Error(`two different replies for ${digest}`);
      replies.set(digest, reply);
    }
  } catch (error) {
    const place = number === 0 ? file : `${file}, line ${number}`;
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new AppError(
      'invalid_input',
      `Recorded replies cannot be read: ${place}: ${why}. Correct or re-create the file.`,
      {
        cause: error,
      },
    );
  }
  return replies;
}

function missing(request: ChatRequest, digest: string, file: string): string {
  const last = request.messages.at(-1)?.content.replace(/\s+/g, ' ') ?? '';
  const shown = last.length > 80 ? `${last.slice(0, 80)}…` : last;
  return `No reply is recorded in ${file} for the request ${digest} (model ${request.model}, "${shown}"). Record it, or configure a model that answers.`;
}

/**
 * Writes a file of recorded replies, one line per request, sorted by digest so that equal contents give equal bytes.
 * The file appears whole or not at all. Throws `conflict` when one request has two different replies.
 */
export async function writeRecorded(
  file: string,
  entries: Iterable<{ request: ChatRequest; reply: ChatReply }>,
): Promise<void> {
  const lines = new Map<string, string>();
  for (const entry of entries) {
    const digest = requestDigest(entry.request);
    const line = canonicalJson({ digest, ...entry });
    if (lines.has(digest) && lines.get(digest) !== line)
      throw new AppError('conflict', `Two different replies are given for the request ${digest}; keep one of them.`);
    lines.set(digest, line);
  }
  const sorted = [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => `${line}\n`);
  const temporary = `${file}.partial`;
  const handle = await open(temporary, 'w');
  try {
    await handle.writeFile(sorted.join(''));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}
