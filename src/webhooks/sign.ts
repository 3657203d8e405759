import { createHmac } from 'node:crypto';

const secretPrefix = 'whsec_';

/** A secret as its owner gets it: `whsec_` and the key in base64 (Standard Webhooks). */
export function formatSecret(key: Uint8Array): string {
  return `${secretPrefix}${Buffer.from(key).toString('base64')}`;
}

/** What identifies a message and when it is sent: in seconds since 1970. The id is the same at every attempt. */
export type Sending = { id: string; timestamp: number; body: string };

/**
 * The headers of a signed message (Standard Webhooks, version 1): HMAC-SHA256 over `id.timestamp.body` under the key.
 * Both ends compute it over the bytes of the body as they were sent.
 */
export function signedHeaders(key: Uint8Array, { id, timestamp, body }: Sending): Record<string, string> {
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${mac}`,
  };
}
