import { type IncomingMessage, Agent as PlainAgent, type RequestOptions, request as requestPlain } from 'node:http';
import { request as requestSecure, Agent as SecureAgent } from 'node:https';

/** Connections are kept for the next request; how many there are at a time is the endpoint's concurrency. */
const plain = new PlainAgent({ keepAlive: true });
const secure = new SecureAgent({ keepAlive: true });

export type Posting = { url: string; headers: Record<string, string>; body: string; signal: AbortSignal };

/**
 * Sends one POST and resolves with the response, its body unread. Follows no redirect, asks for no compression and has no
 * time limit besides the signal. Made for many small requests: Node's fetch costs several times as much processor time.
 */
export async function httpPost(posting: Posting): Promise<IncomingMessage> {
  try {
    return await send(posting);
  } catch (error) {
    // A kept connection that the server closed while we wrote on it: the request was not read.
    if (error instanceof ClosedMeanwhile) return send(posting);
    throw error;
  }
}

class ClosedMeanwhile extends Error {}

function send({ url, headers, body, signal }: Posting): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const target = new URL(url);
    const isSecure = target.protocol === 'https:';
    const options: RequestOptions = {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      agent: isSecure ? secure : plain,
      signal,
    };
    const request = isSecure ? requestSecure(target, options) : requestPlain(target, options);
    request.once('response', resolve);
    request.once('error', (error: NodeJS.ErrnoException) => {
      const stale = request.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted;
      reject(stale ? new ClosedMeanwhile(error.message, { cause: error }) : error);
    });
    request.end(body);
  });
}
