import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser';
import type { SignatureProof } from '../../src/accounts/schema.ts';
import { sendJson } from '../app/api.ts';

/** Makes a passkey on this device and adds it to the account that is signed in. */
export async function addPasskey(): Promise<void> {
  const optionsJSON = await sendJson<PublicKeyCredentialCreationOptionsJSON>(
    'POST',
    '/v1/accounts/me/passkeys/options',
  );
  const response = await startRegistration({ optionsJSON });
  await sendJson('POST', '/v1/accounts/me/passkeys', { response });
}

/** Signs in with a passkey of this device. */
export async function signInWithPasskey(): Promise<void> {
  const optionsJSON = await sendJson<PublicKeyCredentialRequestOptionsJSON>('POST', '/v1/sign-in/passkey-options');
  const response = await startAuthentication({ optionsJSON });
  await sendJson('POST', '/v1/sign-in/passkey', { response });
}

/** A passkey's confirmation of one content, to be sent as the proof of a signature. */
export async function provePasskey(digest: string): Promise<SignatureProof> {
  const optionsJSON = await sendJson<PublicKeyCredentialRequestOptionsJSON>(
    'POST',
    '/v1/accounts/me/signature-challenges',
    { digest },
  );
  const { id, rawId, type, response } = await startAuthentication({ optionsJSON });
  const { userHandle, ...signed } = response;
  const used = { ...signed, ...(userHandle === undefined ? {} : { userHandle }) };
  return { method: 'passkey', response: { id, rawId, type, clientExtensionResults: {}, response: used } };
}
