import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { AppError, messageOf } from '../../core/error.ts';

export type Answer = { status: number; text: string };

type Options = { method: string; headers: Readonly<Record<string, string>>; body?: string | Buffer };

const timeoutMs = 60_000;

/**
 * One request; `unavailable` where no whole answer comes. Not by fetch: that adds the header Sec-Fetch-Mode, by which
 * Ray's dashboard takes it for a page in a browser and refuses everything but reading.
 */
export function request(address: string, { method, headers, body }: Options): Promise<Answer> {
  const url = new URL(address);
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const type = typeof body === 'string' ? { 'content-type': 'application/json' } : {};
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void =>
      reject(new AppError('unavailable', `${url.origin} is not reached: ${messageOf(cause)}`, { cause }));
    const sent = send(
      url,
      // A connection of its own: one that was kept may have been closed by the other side, which would look like a loss.
      { method, agent: false, headers: { ...headers, ...type, 'content-length': Buffer.byteLength(body ?? '') } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.on('error', fail);
        response.on('aborted', () => fail(new Error('the answer broke off')));
      },
    );
    sent.on('error', fail);
    sent.setTimeout(timeoutMs, () => sent.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    sent.end(body);
  });
}
