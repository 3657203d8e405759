import { canonicalJson } from '../core/canonical-json.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/error.ts';
import type { Database } from '../db/database.ts';
import { createModelClient, type OpenModelClient } from './calls/client.ts';
import type { ChatEndpoint } from './endpoint.ts';
import { openLlama } from './llama/llama.ts';
import type { Models } from './models.ts';
import { openOpenAi } from './openai/openai.ts';
import { openRecorded } from './recorded.ts';
import type { EndpointConfig } from './schema.ts';

type Secret = (name: string) => string | undefined;

/** Opens the endpoint that a configuration describes. `secret` looks up keys by the name of their variable. */
export async function openEndpoint(id: string, config: EndpointConfig, secret: Secret): Promise<ChatEndpoint> {
  switch (config.type) {
    case 'openai':
      return openOpenAi(id, config, secret);
    case 'llama':
      return openLlama(id, config);
    case 'recorded':
      return openRecorded(id, config);
  }
}

/** The configured endpoints behind the call record; each is opened when first used and shared from then on. */
export function openModels(options: {
  db: Database;
  clock: Clock;
  endpoints: Record<string, EndpointConfig>;
  secret: Secret;
}): Models {
  const { db, clock, endpoints, secret } = options;
  const clients = new Map<string, Promise<OpenModelClient>>();

  const openClient = async (id: string, config: EndpointConfig): Promise<OpenModelClient> => {
    const endpoint = await openEndpoint(id, config, secret);
    const budget = config.type === 'openai' ? config.budget : undefined;
    return createModelClient({ db, clock, endpoint, ...(budget === undefined ? {} : { budget }) });
  };

  const open = (config: EndpointConfig, id: string): Promise<OpenModelClient> => {
    const key = canonicalJson({ id, config });
    const known = clients.get(key);
    if (known !== undefined) return known;
    const opening = openClient(id, config).catch((error: unknown) => {
      clients.delete(key); // what failed now may work later, for example when the file has been put in place
      throw error;
    });
    clients.set(key, opening);
    return opening;
  };

  const configured = (name: string): EndpointConfig => {
    const config = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
    if (config !== undefined) return config;
    const known = Object.keys(endpoints).join(', ');
    throw new AppError(
      'not_found',
      `No model endpoint "${name}" is configured${known === '' ? '' : ` (there are: ${known})`}. Add it under endpoints in safemed.yaml.`,
    );
  };

  return {
    require: (name) => {
      configured(name);
    },
    client: async (name) => open(configured(name), name),
    open,
    close: async () => {
      const opened = await Promise.allSettled(clients.values());
      clients.clear();
      for (const client of opened) if (client.status === 'fulfilled') await client.value.close();
    },
  };
}
