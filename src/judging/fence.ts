import { canonicalJson } from '../core/canonical-json.ts';
import { sha256Hex } from '../core/hash.ts';

/** A piece of material under judgment, for example the request or the answer. */
export type Block = { name: string; text: string };

/**
 * Material between lines that carry a code: `=== code name ===` before each block, `=== code end ===` after the last.
 * The code depends on the material, so no material can contain it.
 */
export function fenced(blocks: readonly Block[]): { code: string; text: string } {
  const code = fenceCode(blocks.map(({ text }) => text));
  const lines = blocks.flatMap(({ name, text }) => [`=== ${code} ${name} ===`, text]);
  return { code, text: [...lines, `=== ${code} end ===`].join('\n') };
}

/**
 * 32 hex digits of the material's SHA-256: whoever writes the material would have to write its own digest. The code is the
 * same at every run, so that a judgment interrupted is answered from the record of calls.
 */
function fenceCode(material: readonly string[]): string {
  for (let round = 0; ; round++) {
    const code = sha256Hex(
      canonicalJson(['judge-fence/1', round, ...material.map((text) => text.toWellFormed())]),
    ).slice(0, 32);
    if (!material.some((text) => text.includes(code))) return code;
  }
}
