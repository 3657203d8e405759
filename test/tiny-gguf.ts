import { writeFileSync } from 'node:fs';
import { seededRandom } from '../src/core/random.ts';

type Value =
  | { type: 'uint32'; value: number }
  | { type: 'float32'; value: number }
  | { type: 'string'; value: string }
  | { type: 'strings'; value: string[] }
  | { type: 'int32s'; value: number[] };

/** Dimensions as GGUF lists them: the contiguous one first. */
type Tensor = { name: string; shape: number[]; values: Float32Array };

const typeCodes = { uint32: 4, float32: 6, string: 8, strings: 8, int32s: 5 } as const;
const arrayCode = 9;
const alignment = 32;

const width = 32;
const layers = 2;
const inner = 64;

const template =
  "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

/** Writes a Llama with random weights (about 30,000 parameters) and a byte-level tokenizer: every call to it is real. */
export function writeTinyModel(file: string, seed = 1): void {
  const random = seededRandom(seed);
  const tokens = [...byteTokens(), '<|im_start|>', '<|im_end|>'];
  const normal = (name: string, shape: number[]): Tensor => ({
    name,
    shape,
    values: filled(shape, () => (random() - 0.5) * 0.8),
  });
  const ones = (name: string): Tensor => ({ name, shape: [width], values: filled([width], () => 1) });
  const tensors = [normal('token_embd.weight', [width, tokens.length]), ones('output_norm.weight')];
  for (let i = 0; i < layers; i++) {
    for (const name of ['attn_norm', 'ffn_norm']) tensors.push(ones(`blk.${i}.${name}.weight`));
    for (const name of ['attn_q', 'attn_k', 'attn_v', 'attn_output'])
      tensors.push(normal(`blk.${i}.${name}.weight`, [width, width]));
    for (const name of ['ffn_gate', 'ffn_up']) tensors.push(normal(`blk.${i}.${name}.weight`, [width, inner]));
    tensors.push(normal(`blk.${i}.ffn_down.weight`, [inner, width]));
  }
  const controlType = 3;
  const integer = (value: number): Value => ({ type: 'uint32', value });
  write(file, tensors, {
    'general.architecture': { type: 'string', value: 'llama' },
    'general.name': { type: 'string', value: 'tiny' },
    'llama.context_length': integer(1024),
    'llama.embedding_length': integer(width),
    'llama.block_count': integer(layers),
    'llama.feed_forward_length': integer(inner),
    'llama.attention.head_count': integer(2),
    'llama.attention.head_count_kv': integer(2),
    'llama.rope.dimension_count': integer(width / 2),
    'llama.attention.layer_norm_rms_epsilon': { type: 'float32', value: 1e-5 },
    'llama.vocab_size': integer(tokens.length),
    'tokenizer.ggml.model': { type: 'string', value: 'gpt2' },
    'tokenizer.ggml.pre': { type: 'string', value: 'smollm' },
    'tokenizer.ggml.tokens': { type: 'strings', value: tokens },
    'tokenizer.ggml.token_type': { type: 'int32s', value: tokens.map((_, i) => (i < 256 ? 1 : controlType)) },
    'tokenizer.ggml.merges': { type: 'strings', value: ['h e'] },
    'tokenizer.ggml.bos_token_id': integer(256),
    'tokenizer.ggml.eos_token_id': integer(257),
    'tokenizer.chat_template': { type: 'string', value: template },
  });
}

/** Writes a LoRA adapter (rank 2) for the tiny model; with `strength` 0 it changes nothing. */
export function writeTinyAdapter(file: string, strength: number, seed = 2): void {
  const random = seededRandom(seed);
  const rank = 2;
  const part = (name: string, shape: number[], scale: number): Tensor => ({
    name,
    shape,
    values: filled(shape, () => (random() - 0.5) * scale),
  });
  const tensors = Array.from({ length: layers }, (_, i) => [
    part(`blk.${i}.attn_v.weight.lora_a`, [width, rank], 2),
    part(`blk.${i}.attn_v.weight.lora_b`, [rank, width], 2 * strength),
  ]).flat();
  write(file, tensors, {
    'general.architecture': { type: 'string', value: 'llama' },
    'general.type': { type: 'string', value: 'adapter' },
    'adapter.type': { type: 'string', value: 'lora' },
    'adapter.lora.alpha': { type: 'float32', value: rank },
  });
}

/** The 256 one-byte tokens in GPT-2's spelling: printable Latin-1 as itself, the others moved up from U+0100. */
function byteTokens(): string[] {
  const printable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let moved = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : 256 + moved++));
}

function filled(shape: number[], value: () => number): Float32Array {
  return Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, value);
}

/** GGUF version 3: header, metadata, tensor infos, aligned data. */
function write(file: string, tensors: Tensor[], metadata: Record<string, Value>): void {
  const head: Buffer[] = [Buffer.from('GGUF'), uint32(3), uint64(tensors.length), uint64(Object.keys(metadata).length)];
  for (const [key, value] of Object.entries(metadata)) head.push(text(key), encoded(value));
  const data: Buffer[] = [];
  let offset = 0;
  for (const { name, shape, values } of tensors) {
    head.push(text(name), uint32(shape.length), ...shape.map(uint64), uint32(0), uint64(offset));
    const bytes = padded(Buffer.from(values.buffer));
    data.push(bytes);
    offset += bytes.length;
  }
  writeFileSync(file, Buffer.concat([padded(Buffer.concat(head)), ...data]));
}

function encoded(value: Value): Buffer {
  const code = uint32(typeCodes[value.type]);
  switch (value.type) {
    case 'uint32':
      return Buffer.concat([code, uint32(value.value)]);
    case 'float32': {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatLE(value.value);
      return Buffer.concat([code, bytes]);
    }
    case 'string':
      return Buffer.concat([code, text(value.value)]);
    case 'strings':
      return Buffer.concat([uint32(arrayCode), code, uint64(value.value.length), ...value.value.map(text)]);
    case 'int32s':
      return Buffer.concat([uint32(arrayCode), code, uint64(value.value.length), ...value.value.map(uint32)]);
  }
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((alignment - (bytes.length % alignment)) % alignment)]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([uint64(bytes.length), bytes]);
}
