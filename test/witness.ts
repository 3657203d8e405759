import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { systemClock } from '../src/core/clock.ts';
import { formatVkey } from '../src/ledger/checkpoints/vkey.ts';
import { witnessRoutes } from '../src/witness/routes.ts';
import { openWitness, type Witness, type WitnessOptions } from '../src/witness/witness.ts';

export type RunningWitness = {
  readonly witness: Witness;
  readonly url: string;
  /** `witness <name> <vkey> <url>`, as in a policy file. */
  readonly line: string;
  /** What the operator was told. */
  readonly problems: string[];
  close(): Promise<void>;
};

/** A real witness in a directory, on a port of its own of 127.0.0.1 (or the one given). */
export async function startWitness(
  options: Omit<WitnessOptions, 'clock'> & { clock?: WitnessOptions['clock']; port?: number },
): Promise<RunningWitness> {
  const witness = await openWitness({ clock: systemClock, ...options });
  const problems: string[] = [];
  const routes = witnessRoutes(witness, (message) => problems.push(message));
  const server = createServer(getRequestListener(routes.fetch)).listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a server that listens on TCP has no other kind
  const url = `http://127.0.0.1:${port}`;
  return {
    witness,
    url,
    line: `witness ${options.name} ${formatVkey(witness.key)} ${url}\n`,
    problems,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await witness.close();
    },
  };
}
