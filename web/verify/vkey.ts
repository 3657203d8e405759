import { type Bytes, concat, fromBase64, toBase64, toHex, utf8 } from './bytes.ts';
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

/** The key of a log of that name with these 32 bytes. */
export async function vkeyOf(name: string, publicKey: Bytes): Promise<LogKey> {
  const material = concat(Uint8Array.of(ed25519Note), publicKey);
  const id = toHex((await sha256(concat(utf8(`${name}\n`), material))).slice(0, 4));
  return { text: `${name}+${id}+${toBase64(material)}`, name, id, publicKey };
}

/** The key of a text; throws key-malformed for anything but an Ed25519 key of type 1 whose id fits. */
export async function parseVkey(text: string): Promise<LogKey> {
  const [, name = '', encoded = ''] = /^([^+\s]+)\+[0-9a-f]{8}\+(.+)$/.exec(text) ?? [];
  const material = fromBase64(encoded);
  const key = material?.length === 33 ? await vkeyOf(name, material.slice(1)) : undefined;
  if (key?.text !== text) throw new VerifyError('key-malformed', text.slice(0, 120));
  return key;
}
