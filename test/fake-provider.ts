import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type FakeProvider = {
  issuer: string;
  /** Who signs in next, and how the token is falsified, if at all. */
  person: { sub: string; email: string; email_verified: boolean };
  falsify: 'nothing' | 'signature' | 'nonce' | 'audience';
  requests: string[];
  close(): Promise<void>;
};

export const client = { id: 'safemed', secret: 'the client secret' };

/** An OpenID Connect provider on a loopback port: discovery, authorization code with PKCE, signed tokens, keys. */
export async function startProvider(): Promise<FakeProvider> {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const grants = new Map<string, URLSearchParams>();
  const person = { sub: 'subject-1', email: 'lin@example.org', email_verified: true };
  const provider: FakeProvider = { issuer: '', person, falsify: 'nothing', requests: [], close: async () => undefined };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  provider.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server's address is of this kind
  provider.close = () => new Promise((closed) => void server.close(() => closed()));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', provider.issuer);
    provider.requests.push(url.pathname);
    if (url.pathname === '/.well-known/openid-configuration') return json(response, discovery(provider.issuer));
    if (url.pathname === '/keys') {
      const key = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'ES256' };
      return json(response, { keys: [key] });
    }
    if (url.pathname === '/authorize') {
      const code = randomBytes(16).toString('hex');
      grants.set(code, url.searchParams);
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', code);
      back.searchParams.set('state', url.searchParams.get('state') ?? '');
      response.writeHead(302, { location: back.href }).end();
      return;
    }
    if (url.pathname === '/token') return json(response, ...tokens(request, new URLSearchParams(await text(request))));
    json(response, { error: 'not found' }, 404);
  }

  function tokens(request: IncomingMessage, form: URLSearchParams): [unknown, number] {
    const grant = grants.get(form.get('code') ?? '');
    grants.delete(form.get('code') ?? '');
    const basic = `Basic ${Buffer.from(`${client.id}:${encodeURIComponent(client.secret)}`).toString('base64')}`;
    const known = form.get('client_secret') === client.secret || request.headers.authorization === basic;
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const fits = grant?.get('code_challenge') === challenge && grant.get('redirect_uri') === form.get('redirect_uri');
    if (grant === undefined || !known || !fits) return [{ error: 'invalid_grant' }, 400];
    const now = Math.floor(Date.now() / 1000);
    const nonce = provider.falsify === 'nonce' ? 'another' : grant.get('nonce');
    const aud = provider.falsify === 'audience' ? 'another' : client.id;
    const claims = { iss: provider.issuer, aud, iat: now, exp: now + 60, nonce, ...provider.person };
    const key = provider.falsify === 'signature' ? stranger.privateKey : pair.privateKey;
    const head = `${part({ alg: 'ES256', kid: 'one', typ: 'JWT' })}.${part(claims)}`;
    const mark = sign('sha256', Buffer.from(head), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
    return [{ access_token: 'a', token_type: 'Bearer', expires_in: 60, id_token: `${head}.${mark}` }, 200];
  }
  return provider;
}

function discovery(issuer: string): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  };
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
