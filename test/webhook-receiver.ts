import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = { id: string; timestamp: number; signature: string; body: string };

/** How a receiver answers: with a status, or never. */
export type Answer = number | 'never';

export type Receiver = {
  url: string;
  /** Everything that arrived, in order, whatever was answered. */
  received: Received[];
  /** Decides the answer to what arrives from now on. */
  answer: (one: Received, count: number) => Answer;
  close(): Promise<void>;
};

/** A receiver of webhooks on this machine, which speaks real HTTP. */
export async function openReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    const header = (name: string): string => String(request.headers[name] ?? '');
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      const one = {
        id: header('webhook-id'),
        timestamp: Number(header('webhook-timestamp')),
        signature: header('webhook-signature'),
        body,
      };
      receiver.received.push(one);
      const answer = receiver.answer(one, receiver.received.length);
      if (answer !== 'never') response.writeHead(answer, { location: '/elsewhere' }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as AddressInfo; // a TCP server's address is of this kind
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/hook`,
    received: [],
    answer: () => 204,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return receiver;
}

/** Whether a message is signed under a secret, computed as a receiver would: from the specification alone. */
export function isSigned({ id, timestamp, body, signature }: Received, secret: string): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return signature.split(' ').includes(`v1,${mac}`);
}
