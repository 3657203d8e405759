import { randomBytes } from 'node:crypto';
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import { z } from 'zod';
import { type Context, reader } from '../context/context.ts';
import { AppError } from '../core/error.ts';
import { getAccount } from './actions.ts';
import { attempt } from './attempts.ts';
import { credentialIds, readPasskey, readPassword, setCounter } from './credential-store.ts';
import { provePassword } from './own-account.ts';
import type { Meaning, PasskeyUse, Signature, SignatureProof } from './schema.ts';
import { insertChallenge, takeChallenge } from './signature-store.ts';

const challengeLifetime = 5 * 60_000;

/** Loaded when a passkey signs: certificates of authenticators make it large. */
const webAuthn = () => import('@simplewebauthn/server');

/**
 * WebAuthn options with which a passkey signs over a content's digest: the challenge is 16 random bytes and the digest
 * itself, so what the authenticator signs names the content. Good for one signature within five minutes.
 */
export async function signatureChallenge(
  ctx: Context,
  { digest, rpId, origin }: { digest: string; rpId: string; origin: string },
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { id: account } = ctx.actor;
  const allowed = await credentialIds(reader(ctx), account);
  if (allowed.length === 0)
    throw new AppError('conflict', 'You have no passkey. Sign with your password, or add a passkey to your account.');
  const { generateAuthenticationOptions } = await webAuthn();
  const options = await generateAuthenticationOptions({
    rpID: rpId,
    challenge: Uint8Array.from(Buffer.concat([randomBytes(16), Buffer.from(digest, 'hex')])),
    allowCredentials: allowed.map((id) => ({ id })),
    userVerification: 'required',
    timeout: challengeLifetime,
  });
  const at = ctx.clock.now();
  const expiresAt = new Date(at.getTime() + challengeLifetime);
  await insertChallenge(reader(ctx), { challenge: options.challenge, account, digest, rpId, origin, at, expiresAt });
  return options;
}

/**
 * The actor's electronic signature of a content, to be put into the data of the event that makes the fact. Whoever is
 * signed in proves anew who they are; without a proof `forbidden`, `details.needs = "proof"`. A request by API token or
 * by the program itself is signed too, and says that nobody was asked. Call it before the transaction of the fact:
 * failed proofs must stay counted. Administrators sign nothing.
 */
export async function signContent(
  ctx: Context,
  { digest, meaning, proof }: { digest: string; meaning: Meaning; proof?: SignatureProof | undefined },
): Promise<Signature> {
  const { id: account, name, roles, via } = ctx.actor;
  if (roles.includes('admin')) throw new AppError('forbidden', 'An administrator signs nothing.');
  const method = await prove(ctx, digest, proof);
  if (via === 'session' && method === 'token')
    throw new AppError('forbidden', 'Confirm your signature with your password or a passkey.', {
      details: { needs: 'proof' },
    });
  return { account, name, at: ctx.clock.now().toISOString(), meaning, digest, method };
}

async function prove(ctx: Context, digest: string, proof: SignatureProof | undefined): Promise<Signature['method']> {
  if (proof === undefined) return 'token';
  if (proof.method === 'passkey') {
    await provePasskey(ctx, digest, proof.response);
    return 'passkey';
  }
  if (proof.method === 'demo') {
    if (!(await getAccount(ctx, ctx.actor.id)).demo)
      throw new AppError('forbidden', 'Only a demonstration account signs without a proof.');
    return 'demo';
  }
  const hash = await readPassword(reader(ctx), ctx.actor.id);
  if (hash === undefined)
    throw new AppError('conflict', 'You have no password. Sign with a passkey, or set a password.');
  await provePassword(ctx, hash, proof.password);
  return 'password';
}

async function provePasskey(ctx: Context, digest: string, response: PasskeyUse): Promise<void> {
  const right = await attempt(ctx, { account: `prove:${ctx.actor.id}` }, () => checked(ctx, digest, response));
  if (right === undefined)
    throw new AppError('forbidden', 'The passkey did not confirm this content. Open it again and sign once more.');
}

async function checked(ctx: Context, digest: string, response: PasskeyUse): Promise<true | undefined> {
  const account = ctx.actor.id;
  const challenge = challengeOf(response);
  const asked = await takeChallenge(reader(ctx), { challenge, account, digest, at: ctx.clock.now() });
  const passkey = await readPasskey(reader(ctx), account, response.id);
  if (asked === undefined || passkey === undefined) return undefined;
  const { verifyAuthenticationResponse } = await webAuthn();
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: asked.origin,
      expectedRPID: asked.rpId,
      credential: { id: passkey.credential, publicKey: Uint8Array.from(passkey.publicKey), counter: passkey.counter },
      requireUserVerification: true,
    });
    if (!verified) return undefined;
    await setCounter(reader(ctx), passkey.id, authenticationInfo.newCounter);
    return true;
  } catch (error) {
    ctx.log('warn', `A passkey's signature was refused: ${error instanceof Error ? error.message : 'unknown reason'}`);
    return undefined;
  }
}

const ClientData = z.object({ challenge: z.string().max(200) });

/** The challenge that the browser says it answered; empty where it says none. */
function challengeOf({ response }: PasskeyUse): string {
  try {
    return ClientData.parse(JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString('utf8'))).challenge;
  } catch {
    return ''; // no challenge at all, which no stored one equals
  }
}
