import { type Bytes, concat, fromBase64, toHex, utf8 } from './bytes.ts';
import { VerifyError } from './fault.ts';
import { sha256 } from './hash.ts';

/** The key of a log as C2SP signed-note writes it: `<name>+<key id in hex>+<base64 of type and public key>`. */
export type LogKey = {
  readonly text: string;
  readonly name: string;
  /** Four bytes in hex. */
  readonly id: string;
  readonly publicKey: Bytes;
};

const ed25519Note = 1;

/** The key of a text; throws key-malformed for anything but an Ed25519 key of type 1 whose id fits. */
export async function parseVkey(text: string): Promise<LogKey> {
  const [, name = '', id = '', encoded = ''] = /^([^+\s]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? [];
  const material = fromBase64(encoded);
  if (material?.length !== 33 || material[0] !== ed25519Note)
    throw new VerifyError('key-malformed', text.slice(0, 120));
  const digest = await sha256(concat(utf8(`${name}\n`), material));
  if (toHex(digest.slice(0, 4)) !== id) throw new VerifyError('key-malformed', text.slice(0, 120));
  return { text, name, id, publicKey: material.slice(1) };
}
