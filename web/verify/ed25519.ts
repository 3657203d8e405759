import type { Bytes } from './bytes.ts';

/** `unsupported`: this browser has no Ed25519, so that nothing is known about the signature. */
export type SignatureState = 'good' | 'bad' | 'unsupported';

/** Whether a signature is the key's over the message (RFC 8032); bad for keys and signatures of a wrong length. */
export async function checkEd25519(publicKey: Bytes, message: Bytes, signature: Bytes): Promise<SignatureState> {
  if (publicKey.length !== 32 || signature.length !== 64) return 'bad';
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotSupportedError') return 'unsupported';
    return 'bad'; // the bytes are no key
  }
  return (await crypto.subtle.verify('Ed25519', key, signature, message)) ? 'good' : 'bad';
}
