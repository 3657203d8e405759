import { AppError } from '../../core/error.ts';
import { sameBytes } from '../bytes.ts';
import type { OpenedCheckpoint } from './checkpoint.ts';
import { openCheckpoint } from './checkpoint.ts';
import { parseNote } from './note.ts';
import { ed25519Cosignature, ed25519Note, parseVkey, sameSigner, type VerifierKey } from './vkey.ts';

/** C2SP tlog-policy: which logs are trusted, and which witnesses must have cosigned. */

export type PolicyLog = { readonly key: VerifierKey; readonly url?: string };
export type PolicyWitness = { readonly name: string; readonly key: VerifierKey; readonly url?: string };

/** Met by a witness's cosignature, or by at least `threshold` met members. */
export type QuorumRule =
  | { readonly kind: 'none' }
  | { readonly kind: 'witness'; readonly witness: PolicyWitness }
  | {
      readonly kind: 'group';
      readonly name: string;
      readonly threshold: number;
      readonly members: readonly QuorumRule[];
    };

export type Policy = {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  readonly quorum: QuorumRule;
};

type Draft = {
  logs: PolicyLog[];
  witnesses: PolicyWitness[];
  /** Witnesses and groups share one name space. */
  rules: Map<string, QuorumRule>;
  members: Set<string>;
  quorum?: QuorumRule;
};

/** The policy of a policy file; throws invalid_input with the line that breaks a rule. */
export function parsePolicy(file: Uint8Array): Policy {
  // Octets above 0x7f are opaque to the format: one character each keeps them apart without asking whether they are UTF-8.
  const text = Buffer.from(file).toString('latin1');
  const draft: Draft = { logs: [], witnesses: [], rules: new Map(), members: new Set() };
  for (const [i, line] of text.split('\n').entries()) {
    const refuse: Refuse = (why) => new AppError('invalid_input', `Policy file, line ${i + 1}: ${why}.`);
    if (/[^\t\x20-\x7e\x80-\xff]/.test(line)) throw refuse('it holds a control character');
    const fields = line.split(/[ \t]+/).filter((field) => field !== '');
    const [keyword, ...rest] = fields;
    if (keyword === undefined || keyword.startsWith('#')) continue;
    const read = lineReaders.get(keyword);
    if (read === undefined) throw refuse(`${JSON.stringify(asUtf8(keyword))} is none of log, witness, group, quorum`);
    read(draft, rest, refuse);
  }
  const { logs, witnesses, quorum } = draft;
  if (quorum === undefined) {
    throw new AppError(
      'invalid_input',
      'The policy file has no quorum line; write "quorum none" to ask for no witness.',
    );
  }
  return { logs, witnesses, quorum };
}

type Refuse = (why: string) => AppError;

type LineReader = (draft: Draft, fields: string[], refuse: Refuse) => void;

const lineReaders = new Map<string, LineReader>([
  ['log', readLog],
  ['witness', readWitness],
  ['group', readGroup],
  ['quorum', readQuorum],
]);

function readLog(draft: Draft, [vkey, url, ...more]: string[], refuse: Refuse): void {
  if (vkey === undefined || more.length > 0) throw refuse('a log line is "log <vkey> [<url>]"');
  const key = readKey(vkey, ed25519Note, refuse);
  if (draft.logs.some((log) => sameBytes(log.key.publicKey, key.publicKey)))
    throw refuse('this log key is listed twice');
  draft.logs.push(url === undefined ? { key } : { key, url: asUtf8(url) });
}

function readWitness(draft: Draft, [name, vkey, url, ...more]: string[], refuse: Refuse): void {
  if (name === undefined || vkey === undefined || more.length > 0) {
    throw refuse('a witness line is "witness <name> <vkey> [<url>]"');
  }
  const key = readKey(vkey, ed25519Cosignature, refuse);
  if (draft.witnesses.some((one) => sameBytes(one.key.publicKey, key.publicKey))) {
    throw refuse('this witness key is listed twice');
  }
  const witness: PolicyWitness = { name: asUtf8(name), key, ...(url === undefined ? {} : { url: asUtf8(url) }) };
  draft.witnesses.push(witness);
  define(draft, name, { kind: 'witness', witness }, refuse);
}

function readGroup(draft: Draft, [name, count, ...names]: string[], refuse: Refuse): void {
  if (name === undefined || count === undefined || names.length === 0) {
    throw refuse('a group line is "group <name> <k|any|all> <member>…"');
  }
  const words: { [word: string]: number } = { any: 1, all: names.length };
  const threshold = words[count] ?? (/^[1-9]\d{0,8}$/.test(count) ? Number(count) : Number.NaN);
  if (!(threshold >= 1 && threshold <= names.length)) {
    throw refuse(`${JSON.stringify(asUtf8(count))} of ${names.length} members cannot be asked for`);
  }
  const members = names.map((member) => {
    const rule = draft.rules.get(member);
    if (rule === undefined) throw refuse(`${JSON.stringify(asUtf8(member))} is not defined on an earlier line`);
    if (draft.members.has(member)) throw refuse(`${JSON.stringify(asUtf8(member))} is already a member of a group`);
    draft.members.add(member);
    return rule;
  });
  define(draft, name, { kind: 'group', name: asUtf8(name), threshold, members }, refuse);
}

function readQuorum(draft: Draft, [name, ...more]: string[], refuse: Refuse): void {
  if (name === undefined || more.length > 0) throw refuse('a quorum line is "quorum <name|none>"');
  if (draft.quorum !== undefined) throw refuse('a second quorum line');
  const rule: QuorumRule | undefined = name === 'none' ? { kind: 'none' } : draft.rules.get(name);
  if (rule === undefined) throw refuse(`${JSON.stringify(asUtf8(name))} is not defined on an earlier line`);
  draft.quorum = rule;
}

function define(draft: Draft, name: string, rule: QuorumRule, refuse: Refuse): void {
  if (name === 'none' || draft.rules.has(name))
    throw refuse(`the name ${JSON.stringify(asUtf8(name))} is already taken`);
  draft.rules.set(name, rule);
}

function readKey(field: string, algorithm: number, refuse: Refuse): VerifierKey {
  const key = parseVkey(asUtf8(field));
  if (key.algorithm !== algorithm) {
    throw refuse(`the key ${key.name} has signature type ${key.algorithm}, this line needs type ${algorithm}`);
  }
  return key;
}

function asUtf8(octets: string): string {
  return Buffer.from(octets, 'latin1').toString('utf8');
}

/** True if the cosignatures of these witness keys meet the rule. */
export function quorumMet(rule: QuorumRule, cosigners: readonly VerifierKey[]): boolean {
  switch (rule.kind) {
    case 'none':
      return true;
    case 'witness':
      return cosigners.some((key) => sameSigner(key, rule.witness.key));
    case 'group':
      return rule.members.filter((member) => quorumMet(member, cosigners)).length >= rule.threshold;
  }
}

/** A checkpoint with the policy's verdict on its witnesses. */
export type JudgedCheckpoint = OpenedCheckpoint & { readonly log: VerifierKey; readonly quorumMet: boolean };

/**
 * The checkpoint of a note, signed by a log of the policy, and whether its quorum is met. Throws check_failed if no
 * listed log signed it or a known key's signature is wrong; a missing quorum is a verdict, not an error.
 */
export function judgeCheckpoint(note: Uint8Array | string, policy: Policy): JudgedCheckpoint {
  const { signatures } = parseNote(note);
  const log = policy.logs.find(({ key }) => signatures.some((signature) => sameSigner(key, signature)))?.key;
  if (log === undefined)
    throw new AppError('check_failed', 'The checkpoint is signed by no log that the policy lists.');
  const others = [...policy.logs, ...policy.witnesses].map(({ key }) => key).filter((key) => key !== log);
  const opened = openCheckpoint(note, log, others);
  const cosigners = opened.signatures.filter((one) => one.time !== undefined).map((one) => one.key);
  return { ...opened, log, quorumMet: quorumMet(policy.quorum, cosigners) };
}
